/** The size of a text in UTF-8, without encoding it. Pure. */

const BEYOND_ASCII = /[\u0080-\uffff]/

/** UTF-8 takes a byte for ASCII, two below U+0800, else three; a pair of surrogates four together. */
export const sizeOf = (text: string): number => {
  if (!BEYOND_ASCII.test(text)) return text.length
  let bytes = text.length
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0x80) continue
    bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2
  }
  return bytes
}
