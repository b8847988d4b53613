import { pageKey, type SlabKey } from '../../core/data/cipher.js';
import { openPageHead, sealPageHead, type OpenedHead, type PageHead } from '../../core/data/page-head.js';
import type { DealId } from '../../core/units.js';

/** What encrypts and decrypts pages of the catalogue: who has it gets no key of an object. */
export interface PageKeys {
  /** Of the page with that id. */
  keyOf(page: string): SlabKey;
  /** As {@link sealPageHead}. */
  seal(deal: DealId, head: PageHead): Promise<Uint8Array>;
  /** As {@link openPageHead}. */
  open(deal: DealId, sector: Uint8Array): Promise<OpenedHead>;
}

export const createPageKeys = (master: Uint8Array): PageKeys => ({
  keyOf: (page) => pageKey(master, page),
  seal: (deal, head) => sealPageHead(master, deal, head),
  open: (deal, sector) => openPageHead(master, deal, sector),
});
