import { HoldfastError } from '../core/errors/holdfast-error.js';
import { gasWei, type Address, type GasWei } from '../core/units.js';
import type { Receipt, Settlement, SettlementAction } from '../ports/settlement.js';
import { decideRotation } from './decide-rotation.js';
import type { Keystore } from './keys/keystore.js';

/** An operator's key that has taken another's place. */
export interface OperatorRotated {
  readonly operator: Address;
  /** Whom the registry named when the command began. */
  readonly former: Address;
  /** What was sent, in order. */
  readonly changes: readonly { readonly kind: SettlementAction['kind']; readonly receipt: Receipt }[];
}

export interface OperatorRotationOptions {
  readonly keystore: Keystore;
  /** Acts as the owner. */
  readonly settlement: Settlement;
  readonly password: string;
  /** Coin that the new key, which pays for proofs, is to have: what is missing is sent before it is named. */
  readonly coin: GasWei | undefined;
  readonly signal: AbortSignal;
}

/** Blocks that what is read may be behind what was mined. */
const LATE_BLOCKS = 3;

/**
 * Gives a provider another operator key: made and durable, then paid, then named on chain, and only then in the place of the one before,
 * which proves until there. Interrupted at any point, the same again finishes it. NOT_REGISTERED, WRONG_PASSWORD, OPTION_MISSING.
 */
export const rotateOperator = async (options: OperatorRotationOptions): Promise<OperatorRotated> => {
  const { keystore, settlement, password, coin, signal } = options;
  const provider = settlement.account;
  const changes: { kind: SettlementAction['kind']; receipt: Receipt }[] = [];
  const registered = async (): Promise<Address> => {
    const sheet = await settlement.agreed.provider(provider, signal);
    if (sheet === undefined) throw new HoldfastError('NOT_REGISTERED', { provider });
    return sheet.operator;
  };
  // The daemon opens all of its keys with one password.
  if (await keystore.has('operator')) await keystore.unlock('operator', password);

  const pay = async (operator: Address): Promise<void> => {
    const { coin: has } = await settlement.agreed.balances(operator, signal);
    if (coin === undefined && has === 0n)
      throw new HoldfastError('OPTION_MISSING', { option: '--operator-coin', expected: 'coin for the proofs of the new key, such as 0.2' });
    if (coin === undefined || has >= coin) return;
    const intention = `coin up to ${coin} wei for operator ${operator}`;
    const sending = { kind: 'sendCoin', to: operator, amount: gasWei(coin - has) } as const;
    changes.push({ kind: 'sendCoin', receipt: await settlement.submit(sending, { signal, intention }) });
  };

  /** Names `operator`, and waits until whoever is asked has seen it. */
  const name = async (operator: Address): Promise<void> => {
    const receipt = await settlement.submit({ kind: 'setOperator', operator }, { signal });
    changes.push({ kind: 'setOperator', receipt });
    for await (const { block } of settlement.heads(signal))
      if ((await registered()) === operator || block >= receipt.block + LATE_BLOCKS) return;
  };

  const former = await registered();
  let made = (await keystore.next.address()) !== undefined;
  for (;;) {
    signal.throwIfAborted();
    const here = (await keystore.has('operator')) ? await keystore.addressOf('operator') : undefined;
    const step = decideRotation({ registered: await registered(), here, next: await keystore.next.address() }, made);
    if (step.kind === 'done') return { operator: step.operator, former, changes };
    made = true;
    if (step.kind === 'make') await keystore.next.create(password);
    else if (step.kind === 'promote') await keystore.next.promote();
    else {
      await pay(step.operator);
      await name(step.operator);
    }
  }
};
