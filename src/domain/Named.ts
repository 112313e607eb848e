/** Schemas that are called after the package, since their names, unlike their tags, have to differ from those of an application. */
import * as Schema from "effect/Schema"

/** A tagged class for a schema: `class Refused extends tagged<Refused>()("Refused", { message: Schema.String }) {}`. */
export const tagged =
  <Self>() =>
  <Tag extends string, Fields extends Schema.Struct.Fields>(tag: Tag, fields: Fields) =>
    Schema.TaggedClass<Self>(`algogen.${tag}`)(tag, fields)
