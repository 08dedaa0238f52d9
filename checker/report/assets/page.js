
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const form = find("filters");
  if (!form) return;
  const table = find("parties");
  const body = table.tBodies[0];
  const LIMIT = 50; // rows in sight at first: what follows the table should not be miles below
  let all = false;
  let rows = [...body.rows].map((row) => ({ row, text: row.textContent.toLowerCase() }));
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
    let found = 0;
    for (const entry of rows) {
      const match = matches(entry);
      found += match;
      entry.row.hidden = !match || (!all && found > LIMIT);
    }
    const cut = !all && found > LIMIT;
    find("f-all").hidden = !cut;
    find("f-count").textContent =
      `${found.toLocaleString("en")} of ${rows.length.toLocaleString("en")}` +
      (cut ? `, first ${LIMIT} shown` : "");
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
    const keyed = rows.map((entry) => [value(entry.row, column), entry]);
    keyed.sort(([a], [b]) => sign * (a < b ? -1 : a > b ? 1 : 0));
    rows = keyed.map(([, entry]) => entry);
    const sorted = document.createDocumentFragment();
    for (const { row } of rows) sorted.append(row);
    body.append(sorted);
    apply();
  };

  [...table.tHead.rows[0].cells].forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.addEventListener("click", () => sort(header, column));
    header.replaceChildren(button);
  });
  find("f-all").addEventListener("click", () => {
    all = true;
    apply();
  });
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", fromAddress);
  fromAddress();
})();
