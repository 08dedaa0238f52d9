// Holds SQL against Trino's grammar, which Athena's follows: `make sql` installs the parser.
// Usage: print_sql | node trino.mjs FOLDER-OF-THE-PACKAGE
// Reads a JSON list of {name, sql, valid}; what should be refused and is not is a failure too.
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { pathToFileURL } from "node:url";

register("./bare_imports.mjs", import.meta.url);
const package_ = `${process.argv[2]}/node_modules/dt-sql-parser/dist/index.js`;
const { TrinoSQL } = await import(pathToFileURL(package_));
const texts = JSON.parse(readFileSync(0, "utf8"));
const trino = new TrinoSQL();
let failed = texts.every((t) => t.valid) || texts.every((t) => !t.valid);
if (failed) console.log("the list needs texts of both kinds: right ones and a broken one");
for (const { name, sql, valid } of texts) {
  const errors = trino.validate(sql);
  if (valid === !errors.length) continue;
  failed = true;
  for (const e of errors) console.log(`${name}:${e.startLine}:${e.startColumn}: ${e.message}`);
  if (!errors.length) console.log(`${name}: broken on purpose, and not refused`);
}
process.exit(failed ? 1 : 0);
