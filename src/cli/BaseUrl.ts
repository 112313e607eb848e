/** How a base URL is shown. */

/** Hides a key in the query; the version of Azure's API is shown. */
export const withoutSecrets = (baseUrl: string): string =>
  baseUrl.replace(/([?&](?!api-version=)[^=&]+=)[^&]*/g, "$1...")
