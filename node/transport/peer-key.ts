import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import type { Ed25519PrivateKey } from '@libp2p/interface';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { HoldfastError } from '../core/errors/holdfast-error.js';

/** Bytes of a peer key: the seed of an ed25519 key pair. */
export const PEER_KEY_BYTES = 32;

export const createPeerKey = (): Uint8Array => crypto.getRandomValues(new Uint8Array(PEER_KEY_BYTES));

/** PEER_KEY_INVALID unless it has {@link PEER_KEY_BYTES} bytes. */
export const keyPairOf = async (peerKey: Uint8Array): Promise<Ed25519PrivateKey> => {
  if (peerKey.length !== PEER_KEY_BYTES) throw new HoldfastError('PEER_KEY_INVALID', { bytes: peerKey.length });
  return generateKeyPairFromSeed('Ed25519', peerKey);
};

/** The peer id, in text form, that a host with this key has. */
export const peerIdOf = async (peerKey: Uint8Array): Promise<string> => peerIdFromPrivateKey(await keyPairOf(peerKey)).toString();
