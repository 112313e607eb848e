/** A table with a caption, which becomes a card for each row where the page is narrow: nothing has to be scrolled to. */
import { html, type Markup, nothing } from "./Markup.js"

export interface Column<Row> {
  readonly title: string
  /** How its cells are set: numbers to the right, pictures and long texts with room. */
  readonly look?: "num" | "wide" | "result" | "file" | undefined
  /** What names the row. */
  readonly heads?: true | undefined
  readonly cell: (row: Row) => Markup | string | number | undefined
}

/** Columns without a value anywhere are left out. */
export const render = <Row>(caption: string, columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>): Markup => {
  const cells = columns.map(({ cell }) => rows.map((row) => html`${cell(row)}`))
  const shown = columns.flatMap((column, index) => {
    const own = cells[index] ?? []
    return own.some(({ text }) => text !== "") ? [{ ...column, cells: own }] : []
  })
  return html`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${shown.map(({ look, title }) => html`<th scope="col" ${kind(look)}>${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (_, row) =>
          html`<tr>
            ${shown.map(({ cells, heads, look, title }) => {
              const cell = cells[row] ?? nothing
              if (heads === true) {
                return look === undefined
                  ? html`<th scope="row">${cell}</th>`
                  : html`<th scope="row" class="${look}" data-title="${title}">${cell}</th>`
              }
              return cell.text === ""
                ? html`<td${kind(look)} data-empty></td>`
                : html`<td${kind(look)} data-title="${title}">${cell}</td>`
            })}
          </tr> `
      )}
    </tbody>
  </table>`
}

const kind = (look: string | undefined): Markup => (look === undefined ? nothing : html` class="${look}"`)
