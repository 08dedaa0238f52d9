
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const number = (count) => count.toLocaleString("en");
  const words = (input) => input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (text, wanted) => wanted.every((word) => text.includes(word));
  const option = (value, said) => {
    const made = document.createElement("option");
    made.value = value;
    made.textContent = said;
    return made;
  };

  const thirdParties = (form) => {
    const table = find("parties");
    const body = table.tBodies[0];
    const LIMIT = 50; // rows in sight at first: what follows the table should not be miles below
    let all = false;
    let rows = [...body.rows].map((row) => ({ row, text: row.textContent.toLowerCase() }));
    const inputs = { text: find("f-text"), status: find("f-status"), kind: find("f-kind") };

    const matches = (entry, wanted) => {
      const status = inputs.status.value;
      const kind = inputs.kind.value;
      const own = entry.row.dataset;
      if (kind && own.kind !== kind) return false;
      if (status && (status === "!vetted" ? own.status === "vetted" : own.status !== status)) return false;
      return holds(entry.text, wanted);
    };

    const apply = () => {
      let found = 0;
      const wanted = words(inputs.text);
      for (const entry of rows) {
        const match = matches(entry, wanted);
        found += match;
        entry.row.hidden = !match || (!all && found > LIMIT);
      }
      const cut = !all && found > LIMIT;
      find("f-all").hidden = !cut;
      find("f-count").textContent =
        `${number(found)} of ${number(rows.length)}` + (cut ? `, first ${LIMIT} shown` : "");
    };

    const value = (row, column) => {
      const cell = row.cells[column];
      const given = cell.dataset.v ?? cell.textContent.trim();
      const counted = Number(given.replaceAll(",", ""));
      return cell.dataset.v || cell.classList.contains("num") ? counted : given.toLowerCase();
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
    form.addEventListener("input", apply);

    // what a link leads to is in sight, whatever was chosen
    const reveal = (row) => {
      if (!row.hidden) return;
      for (const input of Object.values(inputs)) input.value = "";
      all = true;
      apply();
    };
    return { inputs, apply, reveal };
  };

  const openFindings = (form) => {
    const fields = ["text", "severity", "policy", "account"];
    const inputs = Object.fromEntries(fields.map((name) => [name, find(`g-${name}`)]));
    const verdict = document.querySelector(".verdict strong").textContent;
    const beyond = find("g-cut")?.dataset.n;
    let party = null; // { row, name }

    // everything is read once: a filter then only compares
    const accounts = new Map();
    const parties = new Map();
    const entry = (item) => {
      const own = item.querySelector(".in");
      const account = own?.lastChild.textContent ?? "";
      if (own && !accounts.has(account)) accounts.set(account, own.textContent.slice(3));
      const [message, where] = item.children;
      const by = where.querySelector("a")?.hash.slice(1) ?? "";
      if (by) parties.set(by, where.querySelector("a").textContent);
      const text = `${message.textContent} ${where.textContent}`.toLowerCase();
      return { item, account, by, text };
    };
    const groups = [...document.querySelectorAll("article.policy")].map((article) => ({
      article,
      entries: [...article.querySelectorAll(".found > li")].map(entry),
      count: article.querySelector(".count"),
      rest: article.querySelector(".rest"),
      text: `${article.dataset.policy} ${article.querySelector("h3").textContent}`.toLowerCase(),
    }));
    const total = groups.reduce((sum, group) => sum + group.entries.length, 0);
    const sorted = [...accounts].sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0));
    inputs.account.append(...sorted.map(([id, said]) => option(id, said)));

    const asked = () => ({
      words: words(inputs.text),
      severity: inputs.severity.value,
      policy: inputs.policy.value,
      account: inputs.account.value,
    });

    const within = (group, filter) => {
      const own = group.article.dataset;
      if (filter.severity && own.severity !== filter.severity) return 0;
      if (filter.policy && own.policy !== filter.policy) return 0;
      const wanted = filter.words.filter((word) => !group.text.includes(word));
      let found = 0;
      for (const { item, account, by, text } of group.entries) {
        const match = (!filter.account || account === filter.account)
          && (!party || by === party.row) && holds(text, wanted);
        if (item.hidden === match) item.hidden = !match;
        found += match;
      }
      return found;
    };

    // few are all in sight; many stay folded, as laying them out takes longer than choosing them
    const FEW = 500;
    const shown = (group, found, filtered, open) => {
      const { article, count, entries, rest } = group;
      article.hidden = !found;
      if (!found) return;
      count.textContent =
        filtered ? `${number(found)} of ${number(entries.length)}` : number(entries.length);
      if (!rest) return;
      const folded = entries.filter(({ item }) => !item.hidden && rest.contains(item)).length;
      rest.hidden = !folded;
      rest.open = open;
      const what = folded < found ? "more" : folded === 1 ? "finding" : "findings";
      rest.firstElementChild.textContent = `${number(folded)} ${what}`;
    };

    const told = (found, filtered) => {
      const left = beyond ? `; ${number(Number(beyond))} more are not on this page` : "";
      if (!filtered) return `${number(total)} findings${left}`;
      return `${number(found)} of ${number(total)} findings match, ${number(total - found)} are hidden`
        + `${left}. Verdict of all: ${verdict}`;
    };

    const apply = () => {
      const filter = asked();
      const filtered = Boolean(
        filter.words.length || filter.severity || filter.policy || filter.account || party,
      );
      const counts = groups.map((group) => within(group, filter));
      const found = counts.reduce((sum, count) => sum + count, 0);
      const open = filtered && found <= FEW;
      groups.forEach((group, at) => shown(group, counts[at], filtered, open));
      find("g-count").textContent = told(found, filtered);
      find("g-told").classList.toggle("on", filtered);
      find("g-clear").hidden = !filtered;
      find("g-party").hidden = !party;
      find("g-party").textContent = party ? `Third party: ${party.name} ×` : "";
    };

    const clear = () => {
      for (const input of Object.values(inputs)) input.value = "";
      party = null;
    };
    // only what is asked for: a link's view is the same whatever was chosen before
    const only = (given) => {
      clear();
      for (const [name, wanted] of Object.entries(given)) {
        if (name === "party") party = { row: wanted, name: parties.get(wanted) ?? wanted };
        else inputs[name].value = wanted;
      }
      apply();
    };
    const look = (given) => {
      only(given);
      find("findings").scrollIntoView();
      inputs.text.focus({ preventScroll: true });
    };

    find("g-clear").addEventListener("click", () => {
      clear();
      apply();
      inputs.text.focus({ preventScroll: true });
    });
    find("g-party").addEventListener("click", () => {
      party = null;
      apply();
      inputs.text.focus({ preventScroll: true });
    });
    let waiting = 0; // of several keys between two frames the last one counts
    form.addEventListener("input", () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(apply);
    });
    find("g-told").hidden = false;
    apply();

    const reveal = (item) => {
      if (item.hidden || item.closest("article").hidden) only({});
      const rest = item.closest(".rest");
      if (rest) rest.open = true;
    };
    return { inputs, look, reveal };
  };

  const copying = () => {
    const say = (text) => {
      find("g-said").textContent = text;
    };
    const copy = async (node, text, button) => {
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
        say("Copied");
        setTimeout(() => {
          button.textContent = button.dataset.said;
        }, 1500);
      } catch {
        getSelection().selectAllChildren(node); // to be taken by hand: a frame may not write
        say("Selected: copy it with the keyboard");
      }
    };
    const button = (said, node) => {
      const made = document.createElement("button");
      const text = node.textContent;
      made.type = "button";
      made.className = "copy";
      made.textContent = made.dataset.said = said;
      made.addEventListener("click", () => copy(node, text, made));
      return made;
    };
    // made when they are seen: of thousands of findings few are opened
    document.addEventListener("toggle", (event) => {
      const facts = event.target;
      if (!facts.classList?.contains("facts") || facts.querySelector(".copy")) return;
      for (const command of facts.querySelectorAll(".cmd")) {
        command.append(button("Copy", command));
      }
      const fingerprint = facts.parentElement.querySelector(".fp");
      if (fingerprint) facts.append(button("Copy the whole fingerprint", fingerprint));
    }, true);
  };

  const partyForm = find("filters");
  const findingForm = find("finder");
  const parties = partyForm && thirdParties(partyForm);
  const findings = findingForm && openFindings(findingForm);
  if (findings) copying();

  // again once what is above has its true height, which is a guess until it was near the window
  const inSight = (target) => {
    const center = () => target.scrollIntoView({ block: "center" });
    center();
    requestAnimationFrame(() => requestAnimationFrame(center));
  };

  // #status=!vetted&kind=account&text=acme, #severity=high&account=222222222222&find=admin: views
  // that can be linked to; #party-3 and #finding-0123456789ab are brought into sight
  const fromAddress = () => {
    const target = find(location.hash.slice(1));
    const given = new URLSearchParams(location.hash.slice(1));
    if (parties) {
      for (const [name, input] of Object.entries(parties.inputs)) {
        if (given.has(name)) input.value = given.get(name);
      }
      parties.apply();
      if (target?.matches("#parties tr")) parties.reveal(target);
    }
    if (findings) {
      const names = { find: "text", severity: "severity", policy: "policy", account: "account" };
      const wanted = Object.entries(names).filter(([name]) => given.has(name));
      if (wanted.length) findings.look(Object.fromEntries(wanted.map(([n, to]) => [to, given.get(n)])));
      if (target?.matches(".found > li")) findings.reveal(target);
    }
    if (target?.matches("#parties tr, .found > li")) inSight(target);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a");
    if (!link || !findings || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const row = link.closest("#parties tr");
    if (!row && !link.dataset.severity) return;
    event.preventDefault();
    findings.look(row ? { party: row.id } : { severity: link.dataset.severity });
  });
  for (const form of [partyForm, findingForm]) {
    form?.addEventListener("submit", (event) => event.preventDefault());
    if (form) form.hidden = false;
  }
  addEventListener("hashchange", fromAddress);
  fromAddress();
})();
