/** The base path of the translation routes; fixed, because clients depend on it. */
export const BASE = '/api/v1/translation';
