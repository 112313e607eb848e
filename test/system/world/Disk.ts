/**
 * A disk that knows what would be left of it after a power cut. What was only written is in the memory of the operating
 * system: the bytes of a file until the file is flushed, a name until its folder is.
 */
import type { Dice } from "./Dice.js"

export interface FileNode {
  readonly _tag: "File"
  data: Uint8Array
  /** As it was when it was flushed last. */
  flushed: Uint8Array
  /** What a failed flush gave up, from and to: it is there to be read, and never comes to the disk unless written again. */
  lost: readonly [from: number, to: number] | undefined
  mode: number
  modifiedAt: number
}

export interface LinkNode {
  readonly _tag: "Link"
  readonly target: string
}

export interface FolderNode {
  readonly _tag: "Folder"
  readonly names: Map<string, Node>
  /** What happened to its names since it was flushed last, in order; how to take each back. */
  changes: Array<Change>
  mode: number
}

export type Node = FileNode | LinkNode | FolderNode

/** Names that change together, and what they meant before. */
type Change = ReadonlyArray<readonly [name: string, before: Node | undefined]>

export const file = (data: Uint8Array, mode: number, modifiedAt: number): FileNode => ({
  _tag: "File",
  data,
  flushed: new Uint8Array(),
  lost: undefined,
  mode,
  modifiedAt
})

export const folder = (mode = 0o755): FolderNode => ({ _tag: "Folder", names: new Map(), changes: [], mode })

/** Gives names another meaning, all at once. */
export const change = (at: FolderNode, names: Readonly<Record<string, Node | undefined>>): void => {
  at.changes.push(Object.keys(names).map((name) => [name, at.names.get(name)] as const))
  for (const [name, node] of Object.entries(names)) {
    if (node === undefined) at.names.delete(name)
    else at.names.set(name, node)
  }
}

export const flush = (node: Node): void => {
  if (node._tag === "File") node.flushed = writable(node)
  if (node._tag === "Folder") node.changes = []
}

/** The bytes of a file as they would come to the disk. */
const writable = ({ data, lost }: FileNode): Uint8Array => (lost === undefined ? data : data.slice().fill(0, ...lost))

const commonLength = (one: Uint8Array, other: Uint8Array): number => {
  let common = 0
  while (common < one.length && common < other.length && one[common] === other[common]) common += 1
  return common
}

/** A flush fails: as in Linux, what was to be written counts as written from then on, and another flush does not try it again. */
export const failFlush = (file: FileNode): void => {
  const from = commonLength(file.data, file.flushed)
  file.lost = from < file.data.length ? [from, file.data.length] : undefined
}

/** What is written at once. */
const PAGE = 512

/** These bytes were written, and with them all of their pages. */
export const touch = (file: FileNode, from: number, to: number): void => {
  if (file.lost === undefined) return
  const [start, end] = file.lost
  const [first, last] = [Math.floor(from / PAGE) * PAGE, Math.ceil(to / PAGE) * PAGE]
  keepLost(file, first <= start ? Math.max(start, last) : start, last >= end ? Math.min(end, first) : end)
}

export const truncate = (file: FileNode, length: number): void => {
  file.data = file.data.slice(0, length)
  if (file.lost !== undefined) keepLost(file, file.lost[0], Math.min(file.lost[1], length))
}

const keepLost = (file: FileNode, from: number, to: number) => {
  file.lost = from < to ? [from, to] : undefined
}

export const parts = (path: string): ReadonlyArray<string> => path.split("/").filter((part) => part !== "")

/** What a path means; links are not followed. */
export const at = (root: FolderNode, path: string): Node | undefined =>
  parts(path).reduce<Node | undefined>(
    (node, part) => (node?._tag === "Folder" ? node.names.get(part) : undefined),
    root
  )

/** Files by their paths. */
export const files = (root: FolderNode, prefix = ""): ReadonlyArray<readonly [path: string, file: FileNode]> =>
  [...root.names].flatMap(([name, node]) => {
    const path = `${prefix}/${name}`
    if (node._tag === "Folder") return files(node, path)
    return node._tag === "File" ? [[path, node] as const] : []
  })

export const text = ({ data }: FileNode): string => new TextDecoder().decode(data)

export const size = (root: FolderNode): number => files(root).reduce((sum, [, { data }]) => sum + data.length, 0)

/** How many of the changes to a folder, and how much of a file, came to the disk by themselves. */
export interface Luck {
  readonly changes: (count: number) => number
  readonly bytes: (node: FileNode) => Uint8Array
}

/** Nothing comes to the disk that was not flushed. */
export const worst: Luck = { changes: () => 0, bytes: ({ flushed }) => flushed }

/** A part of it, sometimes with the right length and zeros at the end, as file systems leave it. */
export const some = (dice: Dice): Luck => ({
  changes: (count) => dice.between(0, count),
  bytes: (file) => {
    const { flushed } = file
    const data = writable(file)
    if (data === flushed || dice.chance(0.4)) return flushed
    const length = dice.between(commonLength(data, flushed), data.length)
    if (dice.chance(0.7)) return data.slice(0, length)
    const torn = new Uint8Array(data.length)
    torn.set(data.slice(0, length))
    return torn
  }
})

/** What is found when the machine starts again: a copy, the disk itself goes on. */
export const afterCut = (root: FolderNode, luck: Luck): FolderNode => {
  // A file with two names stays one file.
  const copies = new Map<Node, Node>()
  const copy = (node: Node): Node => {
    const known = copies.get(node)
    if (known !== undefined) return known
    if (node._tag === "Link") return node
    if (node._tag === "File") {
      const data = luck.bytes(node)
      const survivor: FileNode = { ...node, data, flushed: data, lost: undefined }
      copies.set(node, survivor)
      return survivor
    }
    return copyFolder(node)
  }
  const copyFolder = (node: FolderNode): FolderNode => {
    const names = new Map(node.names)
    for (const lost of node.changes.slice(luck.changes(node.changes.length)).toReversed()) {
      for (const [name, before] of lost) {
        if (before === undefined) names.delete(name)
        else names.set(name, before)
      }
    }
    const survivor = folder(node.mode)
    copies.set(node, survivor)
    for (const [name, child] of names) survivor.names.set(name, copy(child))
    return survivor
  }
  return copyFolder(root)
}
