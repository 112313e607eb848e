/** What stands where the API key stood. No program of a model's own has these words, so that code which held the key is known. */
export const REDACTED = "<redacted key>"
