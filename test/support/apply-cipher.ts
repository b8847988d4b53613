import { createShardCipher, type ShardKey } from '../../node/core/data/cipher.js';

/** `bytes` encrypted or decrypted as lying `offset` bytes into the shard, in a new array. */
export const applyCipher = async (key: ShardKey, bytes: Uint8Array, offset?: number): Promise<Uint8Array> => {
  const result = bytes.slice();
  await createShardCipher(key)(result, offset);
  return result;
};
