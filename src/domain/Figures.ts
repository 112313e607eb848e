/** Numbers as they stand in a sentence. */

/** `12,345` */
export const number = (value: number, digits = 0): string =>
  value.toFixed(digits).replace(/\B(?=(?:\d{3})+(?!\d))(?<!\.\d*)/g, ",")

/** `1 model`, `6 models` */
export const count = (n: number, noun: string, print: (n: number) => string = String): string =>
  `${print(n)} ${noun}${n === 1 ? "" : "s"}`
