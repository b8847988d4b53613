import type { RpcAnswer } from './answer.js';

/**
 * What a node's error says of a signed transaction that it was handed. `unknown`, whatever it may sound like, unless the words are
 * known to come only from a node that has neither kept nor passed on the transaction.
 */
export type Saying = 'accepted' | 'nonce-used' | 'underpriced' | 'refused' | 'unknown';

/** Geth, Erigon, Reth, Anvil: already known. Nethermind: AlreadyKnown. Besu, Hardhat: Known transaction. Parity: already imported. Evmos: tx already in mempool. */
const HAS_IT =
  /already ?known|already imported|\bknown transaction|already in (the )?(mem|tx)?pool|already exists in cache|already pending/i;
const NONCE_USED = /nonce (is )?too low|nonce has already been used|nonce too old|OldNonce|nonce below/i;
/** Another of the same nonce offers as much, or the pool asks more: it may be taken elsewhere or later. */
const UNDERPRICED =
  /underpriced|fee too low|gas price too low|FeeTooLow|max fee per gas less than block base fee|too low for the next block/i;

/** Words of layers that stand before a node, and of a node that gave up in the middle: it may have been passed on. */
const UNSURE =
  /time[ds]? ?out|deadline|internal|rate.?limit|too many|try again|retry|gateway|unavailable|canceled|cancelled|busy|revert|VM exception/i;

/**
 * Refusals that are certain: checked before the pool is touched, by nothing but the transaction itself, the account's balance, and
 * constants of the chain. Words by client, of their sources: geth core/error.go, core/txpool/errors.go and validation.go,
 * internal/ethapi/errors.go; Erigon txpoolcfg.go; Reth and revm InvalidTransaction; Nethermind AcceptTxResult.cs and
 * TxErrorMessages.cs; Besu TransactionInvalidReason.java and JsonRpcErrorConverter; Anvil eth/error.rs; Hardhat (EDR) transaction errors.
 */
const CERTAIN: readonly { readonly why: string; readonly words: RegExp }[] = [
  {
    why: 'the account cannot pay for it',
    words: /insufficient funds|InsufficientFunds|upfront cost exceeds account balance|sender doesn't have enough funds/i,
  },
  {
    why: 'its gas does not even pay for its bytes',
    words:
      /intrinsic gas too low|intrinsic gas exceeds gas limit|insufficient gas for floor data gas cost|GasLimitTooLow|transaction requires at least \d+ gas/i,
  },
  {
    why: 'no block or transaction may use so much gas',
    words: /exceeds block gas limit|GasLimitExceeded|transaction gas limit too high|exceeds transaction gas cap/i,
  },
  {
    why: 'it is signed for another chain, or not by this rule',
    words:
      /invalid chain ?id|InvalidTxChainId|meant for chain id|only replay-protected|invalid (transaction )?signature|InvalidTxSignature|invalid sender/i,
  },
  {
    why: 'its form is unknown there',
    words:
      /(transaction|tx) type not supported|unsupported transaction type|invalid transaction type|InvalidTxType|NotSupportedTxType|failed to decode signed transaction|\brlp:/i,
  },
  { why: 'it is too large for any block of this node', words: /oversized data|MaxTxSizeExceeded|max initcode size exceeded/i },
  {
    why: 'its tip is over its own cap',
    words: /max priority fee per gas higher than max fee per gas|tip higher than fee cap|tip above fee cap/i,
  },
  { why: 'its fee is over the limit that the node has for transactions handed to it', words: /exceeds the configured cap/i },
  { why: 'its account is a contract', words: /sender not an eoa|sender is not an? eoa|SenderIsContract/i },
];

/** A method that is not there has done nothing. */
const NO_SUCH_METHOD = -32_601;

/** What `error` says of the transaction that the node was handed. */
export const sayingOf = (error: NonNullable<RpcAnswer['error']>): Saying => {
  const { code, message = '' } = error;
  if (HAS_IT.test(message)) return 'accepted';
  if (UNSURE.test(message)) return 'unknown';
  if (NONCE_USED.test(message)) return 'nonce-used';
  if (UNDERPRICED.test(message)) return 'underpriced';
  return code === NO_SUCH_METHOD || CERTAIN.some(({ words }) => words.test(message)) ? 'refused' : 'unknown';
};

/** Whether `error` says, of a transaction or an estimate, that the account cannot pay for it. */
export const saysPoor = ({ message = '' }: NonNullable<RpcAnswer['error']>): boolean =>
  /insufficient (funds|balance)|InsufficientFunds|enough funds|upfront cost exceeds/i.test(message);
