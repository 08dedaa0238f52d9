
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const form = find("filters");
  if (!form) return;
  const table = find("parties");
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const inputs = { text: find("f-text"), status: find("f-status"), kind: find("f-kind") };

  const matches = (entry) => {
    const text = inputs.text.value.trim().toLowerCase();
    const status = inputs.status.value;
    const kind = inputs.kind.value;
    const own = entry.row.dataset;
    if (text && !entry.text.includes(text)) return false;
    if (kind && own.kind !== kind) return false;
    return !status || (status === "!vetted" ? own.status !== "vetted" : own.status === status);
  };

  const apply = () => {
    let shown = 0;
    for (const entry of rows) {
      const match = matches(entry);
      entry.row.hidden = !match;
      shown += match;
    }
    find("f-count").textContent = `${shown} of ${rows.length}`;
  };

  // #status=!vetted&kind=account&text=acme: a view that can be linked to
  const fromAddress = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    for (const [name, input] of Object.entries(inputs)) {
      if (given.has(name)) input.value = given.get(name);
    }
    apply();
  };

  const value = (row, column) => {
    const cell = row.cells[column];
    const given = cell.dataset.v ?? cell.textContent.trim();
    const number = Number(given.replaceAll(",", ""));
    return cell.dataset.v || cell.classList.contains("num") ? number : given.toLowerCase();
  };

  const sort = (header, column) => {
    const first = column >= 3 ? "descending" : "ascending";
    const second = column >= 3 ? "ascending" : "descending";
    const order = header.ariaSort === first ? second : first;
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const keyed = rows.map(({ row }) => [value(row, column), row]);
    keyed.sort(([a], [b]) => sign * (a < b ? -1 : a > b ? 1 : 0));
    body.append(...keyed.map(([, row]) => row));
  };

  [...table.tHead.rows[0].cells].forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.addEventListener("click", () => sort(header, column));
    header.replaceChildren(button);
  });
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", fromAddress);
  fromAddress();
})();
