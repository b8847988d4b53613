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
  | { readonly kind: 'small files'; readonly files: number; readonly bytes: number }
  | { readonly kind: 'forget' };

/** What doing it took, of the client's process. */
export interface ClientFigures {
  readonly seconds: number;
  /** Seconds of processor time, of all its threads. */
  readonly processor: number;
  /** Most bytes that were resident. */
  readonly residentBytes: number;
  /** Milliseconds that the event loop was late, 99 % of the time at most. */
  readonly lag: number;
}

/** What the client's process answers: figures, or why it could not be done. */
export type ClientReport = ClientFigures | { readonly error: string };

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
