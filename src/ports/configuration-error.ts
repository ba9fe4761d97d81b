/** What is configured can't be used as it is; the message says what to do. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
