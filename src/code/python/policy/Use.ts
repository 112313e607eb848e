/** The places in which something may stand that is refused everywhere else. */
export type Use =
  /** Before the dot of an attribute. */
  | "base"
  /** Before `.__name__`. */
  | "named"
  /** Before `.write` and `.flush`, or as the file of a `print`. */
  | "output"
  /** What is compared, or asked whether it is true. */
  | "question"
  /** Called with what is harmless. */
  | "call"
  /** Called with one argument. */
  | "alone"
  /** Called with a name, and names in quotes. */
  | "constants"
  /** Called with a handler that does nothing. */
  | "silent"
  | "decorator"
  | "with"
  | "metaclass"
  /** Among the classes that a class is derived from. */
  | "parent"
  /** The annotation of a parameter, or of what a function returns. */
  | "annotation"
  /** In what a name at the top of the module stands for, where that may be an annotation. */
  | "alias"
  /** Called for a field of a data class. */
  | "field"
  /** The decorator of a function, with nothing below it that is not known. */
  | "method"
