/** Names as Python compares them: in Unicode's form NFKC, in which an ASCII name, as nearly all are, is what it is already. */

const isAscii = (name: string): boolean => {
  for (let at = 0; at < name.length; at++) if (name.charCodeAt(at) > 127) return false
  return true
}

export const nfkc = (name: string): string => (isAscii(name) ? name : name.normalize("NFKC"))
