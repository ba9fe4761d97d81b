/** What an API key permits. `admin` includes the two others, which include nothing else. */
export const SCOPES = ['read', 'write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];
