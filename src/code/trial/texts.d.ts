/** Files that are imported as text. */
declare module "*.py" {
  const text: string
  export default text
}
declare module "*/montyHost.cjs" {
  const text: string
  export default text
}
