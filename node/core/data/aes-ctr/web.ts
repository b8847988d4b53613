/** AES-256-CTR under one key: encrypts or decrypts bytes in place, from that counter block (16 bytes) on. */
export const createCtr = (key: Uint8Array): ((bytes: Uint8Array, counter: Uint8Array) => Promise<void>) => {
  let secret: Promise<CryptoKey> | undefined;
  return async (bytes, counter) => {
    secret ??= crypto.subtle.importKey('raw', key as BufferSource, 'AES-CTR', false, ['encrypt']);
    const algorithm = { name: 'AES-CTR', counter: counter as BufferSource, length: 128 };
    bytes.set(new Uint8Array(await crypto.subtle.encrypt(algorithm, await secret, bytes as BufferSource)));
  };
};
