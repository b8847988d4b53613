import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { keystoreOf, openReader, type WalletSession } from '../../app/wallet-session.js';
import { asError } from '../../core/errors/coded.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { fromHex } from '../../core/data/bytes.js';
import type { Receipt } from '../../ports/settlement.js';
import { showCoins, showTokens } from '../../core/amount-text.js';
import { addressReading, coins } from '../amounts.js';
import { parseParameter, wordOf, type Call, type CommandSpec } from '../command.js';
import { amountOf, withWallet } from './submission.js';

const walletNew: CommandSpec = {
  path: ['wallet', 'new'],
  summary: 'make a wallet and store it encrypted',
  examples: ['holdfast wallet new', 'holdfast wallet new --home ./alice --password-file secret.txt'],
  run: async (call) => {
    const keystore = keystoreOf(await call.settings());
    await keystore.requireAbsent('wallet');
    const account = await keystore.create('wallet', await call.prompt.newPassword('New password for the wallet'));
    return {
      text: [`Your wallet is ${account}.`, 'Back up the folder of keys and the password: nobody can restore them for you.'],
      json: { address: account },
    };
  },
};

/** The key in a file (hex), on standard input for "-", or typed. The error never repeats what was read. */
const readKey = async (call: Call): Promise<Uint8Array> => {
  const text = (call.args[0] === undefined ? await call.prompt.secret('Private key (0x…)') : await readKeyText(wordOf(call, 0))).trim();
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw new HoldfastError('KEY_INVALID', {});
  return fromHex(text);
};

const readKeyText = async (source: string): Promise<string> => {
  if (source === '-') return await readAll(process.stdin);
  return await readFile(source, 'utf8').catch((cause: unknown) => {
    throw new HoldfastError('FILE_UNREADABLE', { path: source, reason: asError(cause).message }, { cause });
  });
};

const walletImport: CommandSpec = {
  path: ['wallet', 'import'],
  summary: 'store a private key you already have, encrypted',
  arguments: [{ flags: '[file]', description: 'file with the key as hex; "-" reads standard input; asked for if left out' }],
  examples: ['holdfast wallet import', 'holdfast wallet import key.txt'],
  run: async (call) => {
    const keystore = keystoreOf(await call.settings());
    await keystore.requireAbsent('wallet');
    const key = await readKey(call);
    const account = await keystore.create('wallet', await call.prompt.newPassword('New password for the wallet'), key);
    return { text: [`Your wallet is ${account}.`], json: { address: account } };
  },
};

const walletAddress: CommandSpec = {
  path: ['wallet', 'address'],
  summary: 'print the address of the wallet',
  examples: ['holdfast wallet address'],
  run: async (call) => {
    const account = await keystoreOf(await call.settings()).addressOf('wallet');
    return { text: [account], json: { address: account } };
  },
};

const walletBalance: CommandSpec = {
  path: ['wallet', 'balance'],
  summary: 'show coin, tokens and credit in the market',
  examples: ['holdfast wallet balance', 'holdfast wallet balance --json'],
  run: async (call) => {
    const settings = await call.settings();
    const account = await keystoreOf(settings).addressOf('wallet');
    await using session = await openReader(settings, call.signal);
    const { coin, token, credit, allowance } = await session.reader.balances(account, call.signal);
    return {
      text: [
        `${account}`,
        `  gas       ${showCoins(coin)}`,
        `  tokens    ${showTokens(token)}`,
        `  credit    ${showTokens(credit)}   (in the market; "holdfast deals withdraw" pays it out)`,
        `  allowance ${showTokens(allowance)}   (what the vault may still take)`,
      ],
      json: { address: account, coin, token, credit, allowance },
    };
  },
};

const someCoins = coins('1.5', 1n);

const walletSend: CommandSpec = {
  path: ['wallet', 'send'],
  summary: 'send tokens, or gas coin with --coin',
  arguments: [
    { flags: '<to>', description: 'address that receives' },
    { flags: '<amount>', description: 'how much, such as 1.5' },
  ],
  options: [{ flags: '--coin', description: "send the chain's own coin instead of tokens" }],
  examples: [
    'holdfast wallet send 0x52908400098527886E0F7030069857D2E4169EE7 25',
    'holdfast wallet send 0x52908400098527886E0F7030069857D2E4169EE7 0.1 --coin',
  ],
  run: async (call) => {
    const to = parseParameter('<to>', wordOf(call, 0), ...addressReading);
    const coin = call.options.flag('coin');
    const action = coin
      ? ({ kind: 'sendCoin', to, amount: parseParameter('<amount>', wordOf(call, 1), ...someCoins) } as const)
      : ({ kind: 'sendToken', to, amount: amountOf(call, 1) } as const);
    const receipt = await withWallet(call, async ({ settlement }) => await settlement.submit(action, { signal: call.signal }));
    const { amount } = action;
    return {
      text: [`Sent ${coin ? showCoins(amount) : showTokens(amount)} to ${to} in block ${receipt.block}, transaction ${receipt.hash}.`],
      json: { to, amount, coin, transaction: receipt.hash, block: receipt.block, fee: receipt.fee },
    };
  },
};

/** Draws from the faucet. A token of other make refuses the call without a reason: it has none. */
const drip = async ({ settlement }: WalletSession, signal: AbortSignal): Promise<Receipt> => {
  try {
    return await settlement.submit({ kind: 'drip' }, { signal });
  } catch (cause) {
    if (isHoldfastError(cause, 'UNKNOWN_REVERT')) throw new HoldfastError('NO_FAUCET', {}, { cause });
    throw cause;
  }
};

const walletDrip: CommandSpec = {
  path: ['wallet', 'drip'],
  summary: "draw tokens from the token's faucet, on test networks",
  examples: ['holdfast wallet drip'],
  run: async (call) =>
    await withWallet(call, async (session) => {
      const { account } = session.settlement;
      const before = await session.settlement.balances(account, call.signal);
      const receipt = await drip(session, call.signal);
      const { token } = await session.settlement.balances(account, call.signal);
      return {
        text: [
          `Drew ${showTokens(token - before.token)}; ${account} has ${showTokens(token)} (block ${receipt.block}, transaction ${receipt.hash}).`,
        ],
        json: { address: account, drawn: token - before.token, token, transaction: receipt.hash, block: receipt.block, fee: receipt.fee },
      };
    }),
};

export const walletCommands: readonly CommandSpec[] = [walletNew, walletImport, walletAddress, walletBalance, walletSend, walletDrip];
