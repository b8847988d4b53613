import type { ClientFigures } from './measured.js';

/** Where a provider listens. */
export interface Listening {
  readonly peerId: string;
  readonly addresses: readonly string[];
}

export interface ProvidersOrder {
  /** Whether all sectors are to be forgotten. */
  readonly clear: boolean;
}

/** What the providers' process says: first where they listen, then how it stands, whenever it is asked. */
export type ProvidersReport =
  | { readonly kind: 'listening'; readonly raw: readonly string[]; readonly providers: readonly Listening[] }
  /** Seconds of processor time so far. */
  | { readonly kind: 'standing'; readonly processor: number; readonly residentBytes: number };

/** How provider number `index` is called: its keys are made of that. */
export const nameOf = (index: number): string => `provider ${index}`;

/** What the client's process is to do. */
export type ClientOrder =
  | { readonly kind: 'raw up' | 'raw down' | 'get'; readonly bytes: number }
  | { readonly kind: 'put'; readonly bytes: number; readonly path: string }
  /** The last `length` bytes of the file of so many. */
  | { readonly kind: 'range'; readonly bytes: number; readonly length: number }
  /** Puts the record of so many other objects into the catalogue. */
  | { readonly kind: 'fill'; readonly objects: number }
  | { readonly kind: 'small files'; readonly files: number; readonly bytes: number }
  | { readonly kind: 'forget' };

/** What doing it took, of the client's process. */
export interface OrderFigures extends ClientFigures {
  /** Seconds until the first byte was there to be written; undefined where none was. */
  readonly firstByte: number | undefined;
  /** Bytes of leaves that came. */
  readonly downloaded: number;
  /** Rows of the catalogue that were read, walked or written. */
  readonly rows: number;
}

/** A Helia node that holds a file: how that is called, and where the node listens. */
export interface HeliaHolding {
  readonly cid: string;
  readonly addresses: readonly string[];
}

/** What a Helia process is started with: it makes and holds a file of so many bytes, or fetches that of another. */
export interface HeliaSetup {
  readonly bytes: number;
  readonly holding?: HeliaHolding;
}

/** What the client's process is started with. */
export interface ClientSetup {
  /** Where the other end of a raw stream listens. */
  readonly raw: readonly string[];
  /** Where its catalogue is made. */
  readonly folder: string;
  readonly providers: readonly Listening[];
  readonly k: number;
  readonly n: number;
}
