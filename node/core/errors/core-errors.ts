import { row } from './row.js';

/** Data, proofs, signatures, coding. */
export const coreErrors = {
  RANGE_PROOF_INVALID: row<{ from: number; count: number; leaves: number }>(
    (d) => `the bytes sent as leaves ${d.from} to ${d.from + d.count - 1} of ${d.leaves} do not belong to the sector's root`,
    'The other side sent wrong bytes or a wrong proof: read them from another provider.',
  ),
  AUDIT_PROOF_INVALID: row<{ sample: number; reason: string }>(
    (d) => `sample ${d.sample} of the audit proof does not hold: ${d.reason}`,
    'The stored sectors differ from the signed revision: restore them, or forfeit the deal.',
  ),
  SIGNATURE_INVALID: row<{ reason: string }>((d) => `the signature is not usable: ${d.reason}`, 'Sign again with the right key.'),
  SIGNATURE_VARIES: row<{ account: string }>(
    (d) => `the wallet ${d.account} signed the same message twice, and the signatures differ`,
    'What is stored could not be opened again, so nothing was stored: use a wallet that signs the same way each time (RFC 6979), such as "holdfast wallet new" makes.',
  ),
  SIGNATURE_FOREIGN: row<{ account: string }>(
    (d) => `what was signed is not signed by the key of ${d.account}`,
    'Choose that account in the wallet and sign again; an account that is a contract has no key of its own, and cannot store.',
  ),
  CHANGE_INVALID: row<{ index: number; sectors: number }>(
    (d) => `a revision takes out sector ${d.index}, which is out of order or not among the ${d.sectors} of the one before`,
    'Fetch the newest revision from the provider and start the change from that one.',
  ),
  ERASURE_SHAPE_INVALID: row<{ k: number; n: number }>(
    (d) => `a file cannot be coded ${d.k} of ${d.n}`,
    'Choose k of at least 1 and n from k to 255, for example 4 of 6.',
  ),
  SHARDS_TOO_FEW: row<{ present: number; needed: number }>(
    (d) => `only ${d.present} of the ${d.needed} shards needed are there`,
    'Try again when more of the providers that hold shards answer.',
  ),
  WORKERS_BUSY: row<{ waiting: number }>(
    (d) => `${d.waiting} slabs wait for a worker thread already`,
    'Have fewer slabs in flight at once.',
  ),
  WORKER_LOST: row<{ reason: string }>(
    (d) => `a worker thread died: ${d.reason}`,
    'Run the command again; if it was out of memory, with fewer slabs in flight or a smaller k.',
  ),
} as const;
