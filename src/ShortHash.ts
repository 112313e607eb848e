/**
 * Eight digits that tell texts apart: the same in every run and every version of this package. It guards against
 * accidents, not against malice, and two texts may share one.
 */

/** FNV-1a over UTF-16 units, 32 bits. Changing a single unit always changes the result. */
export const shortHash = (text: string): string => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, "0")
}
