/** What was found wrong, or made, when a sector store was opened. */
export type StoreFault =
  /** A store of an earlier version had no index: it was made from the files. */
  | { readonly kind: 'index-made'; readonly sectors: number }
  /** The index was gone or damaged, and was made again from files and packs. */
  | { readonly kind: 'index-rebuilt'; readonly sectors: number; readonly error?: unknown }
  /** A pack is gone, or ends too early: sectors in it are missing. */
  | { readonly kind: 'pack-short'; readonly pack: string; readonly bytes: number; readonly found: number }
  /** A pack that the index does not know cannot be read: it was left where it is. */
  | { readonly kind: 'pack-unreadable'; readonly pack: string };
