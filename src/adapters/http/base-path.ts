/** Where the translation routes live; fixed, because clients depend on it. */
export const BASE = '/api/v1/translation';
