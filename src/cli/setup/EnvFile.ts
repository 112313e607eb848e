/** The text of a `.env` file with settings put in: other lines stay as they are. Pure. */

/** Quoted where a reader of such files might see a comment or a space; a `$` would stand for another variable. */
const quoted = (value: string): string =>
  /^[\w./:+=?&@%~-]*$/.test(value) ? value : `'${value.replaceAll("$", "\\$")}'`

const assigns = (name: string): RegExp => new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`)

/** Each setting in its own line if it has one, else at the end. */
export const withSettings = (text: string, settings: Readonly<Record<string, string>>): string => {
  const end = text.includes("\r\n") ? "\r\n" : "\n"
  const lines = text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/)
  for (const [name, value] of Object.entries(settings)) {
    const own = assigns(name)
    const line = `${name}=${quoted(value)}`
    if (lines.some((each) => own.test(each))) lines.forEach((each, place) => own.test(each) && (lines[place] = line))
    else lines.push(line)
  }
  return lines.map((line) => line + end).join("")
}
