/**
 * Values of classes that are schemas, made of fields that this package has put together itself. They need no check, and their
 * constructor, which copies them several times over, takes longer than all else that is done to them.
 */

/** For a constructor whose values are this package's own and need no second look. */
export const UNCHECKED = { disableValidation: true }

/** Optional fields may be undefined, and are then left out. */
export type Fields<A> = {
  readonly [Key in keyof A]: Record<never, never> extends Pick<A, Key> ? A[Key] | undefined : A[Key]
}

/** Without the fields that are undefined: what went through JSON has none, and is the same then. */
export const present = <A extends object>(fields: A): A => {
  let made = fields
  for (const name in fields) {
    if (fields[name] !== undefined) continue
    if (made === fields) made = { ...fields }
    Reflect.deleteProperty(made, name)
  }
  return made
}

export const of = <A extends object>({ prototype }: { readonly prototype: A }, fields: Fields<A>): A => {
  const made = Object.create(prototype)
  for (const name in fields) if (fields[name] !== undefined) made[name] = fields[name]
  return made
}
