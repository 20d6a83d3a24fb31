// Module hooks: a package that is not found from the importing file is searched in the layers.
// https://nodejs.org/api/module.html#customization-hooks
let importers = [];

export function initialize(data) {
  importers = data;
}

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || /^[./#]|^[a-z]+:/i.test(specifier)) throw error;
    for (const parentURL of importers) {
      const found = await next(specifier, { ...context, parentURL }).catch(() => undefined);
      if (found) return found;
    }
    throw error;
  }
}
