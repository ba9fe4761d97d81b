/** The configuration cannot be used; the message says what to do. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
