// Node's hooks for a package that was made for bundlers: ES modules that are named without their
// ending, in a package that does not say that they are ES modules.
// https://nodejs.org/docs/latest-v20.x/api/module.html#customization-hooks
const OURS = "/node_modules/dt-sql-parser/dist/";
const LEFT_OUT = new Set(["ERR_MODULE_NOT_FOUND", "ERR_UNSUPPORTED_DIR_IMPORT"]);

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!context.parentURL?.includes(OURS) || !LEFT_OUT.has(error.code)) throw error;
    return next(`${specifier}.js`, context).catch(() => next(`${specifier}/index.js`, context));
  }
}

export function load(url, context, next) {
  return next(url, url.includes(OURS) ? { ...context, format: "module" } : context);
}
