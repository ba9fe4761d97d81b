// Made from docs/openapi.json by `npm run console:types`.
export type * from '../../generated/schema';
