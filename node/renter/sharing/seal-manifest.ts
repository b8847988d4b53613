import { createByteReader, createByteWriter } from '../../core/data/byte-fields.js';
import { concatBytes, toHex } from '../../core/data/bytes.js';
import { createShardCipher, type ShardKey } from '../../core/data/cipher.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { contentsKey, placesKey, type LinkKeys, type ShareKey, type VerifyKey } from '../../core/keys/share-keys.js';
import { freshId } from '../fresh-id.js';
import type { Manifest } from './manifest.js';
import { readContents, readPlaces } from './manifest-codec.js';

/*
 * A manifest is a sector: its id (16 random bytes) in the clear, then length (4) and text of the places under a key of the verify key, then length and text of the
 * contents under one of the share's key, then random bytes up to whole KiB, which nobody tells from these. What signs it is the revision that names it.
 */

const ID_BYTES = 16;
const LENGTH_BYTES = 4;
/** Sizes of names do not show: a manifest is whole KiB. */
const STEP_BYTES = 1_024;

const sealed = async (text: Uint8Array, key: ShardKey): Promise<Uint8Array> => {
  const writer = createByteWriter();
  writer.uint(text.length, LENGTH_BYTES);
  writer.raw(text);
  const bytes = writer.bytes();
  await createShardCipher(key)(bytes);
  return bytes;
};

/** A sector with these texts, whole leaves. No two have the same key and nonce. */
export const sealManifest = async (
  { share, verify }: { readonly share: ShareKey; readonly verify: VerifyKey },
  { places, contents }: { readonly places: Uint8Array; readonly contents: Uint8Array },
): Promise<Uint8Array> => {
  const id = freshId();
  const clear = createByteWriter();
  clear.hex(id);
  const bytes = concatBytes(clear.bytes(), await sealed(places, placesKey(verify, id)), await sealed(contents, contentsKey(share, id)));
  const fill = new Uint8Array((STEP_BYTES - (bytes.length % STEP_BYTES)) % STEP_BYTES);
  return concatBytes(bytes, crypto.getRandomValues(fill));
};

/** The text at the beginning of `bytes`, and how many bytes it takes. */
const opened = async (bytes: Uint8Array, key: ShardKey): Promise<{ readonly text: Uint8Array; readonly taken: number }> => {
  const clear = bytes.slice();
  await createShardCipher(key)(clear);
  const reader = createByteReader(clear);
  const length = reader.uint(LENGTH_BYTES);
  return { text: reader.raw(length), taken: LENGTH_BYTES + length };
};

/** What a sector says, as far as the keys open it. SHARE_DAMAGED for what is no manifest of theirs. */
export const openManifest = async ({ share, verify }: LinkKeys, sector: Uint8Array): Promise<Manifest> => {
  try {
    const id = toHex(sector.subarray(0, ID_BYTES)).slice(2);
    const body = sector.subarray(ID_BYTES);
    const first = await opened(body, placesKey(verify, id));
    const places = readPlaces(first.text);
    if (share === undefined) return { places };
    const second = await opened(body.subarray(first.taken), contentsKey(share, id));
    return { places, contents: readContents(second.text, places.slabs) };
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw new HoldfastError('SHARE_DAMAGED', { reason: error.message });
    throw error;
  }
};
