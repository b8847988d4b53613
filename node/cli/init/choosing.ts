import { resolve } from 'node:path';
import { hasShippedBook, networkNameOf, requireBook, requireNetwork } from '../../app/book/network-choice.js';
import type { Choices } from '../../app/settings/draft.js';
import type { ChainGlance } from '../../chain/rpc/glance.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { networkNamed, networks } from '../../core/market/networks.js';
import { parseParameter, type Call } from '../command.js';

/** What may be chosen already: by options, the environment, or an earlier settings file. */
export interface Defaults {
  readonly network?: string | undefined;
  readonly rpc?: string | undefined;
  readonly book?: string | undefined;
  readonly role?: Choices['role'] | undefined;
}

type Asker = Pick<Call, 'options' | 'prompt' | 'terminal' | 'signal'>;

const NETWORK = `a chain id or one of ${networks.map(({ name }) => name).join(', ')}`;
const RPC = 'addresses of JSON-RPC, http or https, comma-separated';

const parseNetwork = (text: string): string => {
  if (networkNamed(text) || /^[1-9][0-9]{0,18}$/.test(text)) return text;
  throw new TypeError(`no such network: ${text}`);
};

const parseUrls = (text: string): readonly [string, ...string[]] => {
  const urls = text.split(',').map((url) => url.trim());
  for (const url of urls) if (!/^https?:$/.test(new URL(url).protocol)) throw new TypeError(`not http or https: ${url}`);
  return urls as [string, ...string[]];
};

const parseRole = (text: string): Choices['role'] => {
  if (text === 'renter' || text === 'provider') return text;
  throw new TypeError(`no such role: ${text}`);
};

/** Asks until `use` takes the answer; an empty one stands for `usual`. What is wrong with an answer is said. */
const askUntil = async <Value>(
  { prompt, terminal }: Asker,
  question: string,
  usual: string | undefined,
  use: (text: string) => Value | Promise<Value>,
): Promise<Value> => {
  for (;;) {
    const answer = (await prompt.ask(usual === undefined ? question : `${question} [${usual}]`)) || usual;
    if (answer === undefined) continue;
    try {
      return await use(answer);
    } catch (error) {
      if (!isHoldfastError(error) || isHoldfastError(error, 'ABORTED')) throw error;
      terminal.say(`${error.message}. ${error.remedy}`);
    }
  }
};

interface Connection {
  readonly network: string;
  readonly rpc: readonly [string, ...string[]];
  readonly chain: ChainGlance;
}

const connect = async (rpcText: string, network: string | undefined, signal: AbortSignal): Promise<Connection> => {
  const rpc = parseParameter('--rpc', rpcText, RPC, parseUrls);
  const chain = await requireNetwork(rpc, network, signal);
  return { network: network ?? networkNameOf(chain.chainId), rpc, chain };
};

const askConnection = async (asker: Asker, defaults: Defaults): Promise<Connection> => {
  const { options, terminal, signal } = asker;
  networks.forEach(({ name, title }, index) => {
    terminal.say(`  ${index + 1}  ${name.padEnd(22)} ${title}`);
  });
  const named = options.parsed('network', NETWORK, parseNetwork);
  const network =
    named ??
    (await askUntil(asker, "Which network (number, name, or another chain's id)", defaults.network ?? 'sepolia', (text) =>
      parseParameter('the network', networks[Number(text) - 1]?.name ?? text, NETWORK, parseNetwork),
    ));
  const given = options.text('rpc');
  if (given !== undefined) return await connect(given, network, signal);
  const usual = defaults.rpc ?? (network === 'localhost' ? 'http://127.0.0.1:8545' : undefined);
  return await askUntil(asker, 'JSON-RPC of it (a URL, or several with commas)', usual, (text) => connect(text, network, signal));
};

const givenConnection = async ({ options, signal }: Asker, defaults: Defaults): Promise<Connection> => {
  const network = options.parsed('network', NETWORK, parseNetwork) ?? (options.text('rpc') === undefined ? defaults.network : undefined);
  if (defaults.rpc === undefined) throw new HoldfastError('OPTION_MISSING', { option: '--rpc', expected: RPC });
  return await connect(defaults.rpc, network, signal);
};

const chooseBook = async (asker: Asker, defaults: Defaults, chain: ChainGlance): Promise<string | undefined> => {
  const { options, prompt } = asker;
  const given = options.text('book');
  const use = async (path: string): Promise<string> => {
    await requireBook(resolve(path), chain);
    return resolve(path);
  };
  if (given !== undefined) return await use(given);
  if (hasShippedBook(chain.chainId)) return undefined;
  if (!prompt.interactive) return defaults.book === undefined ? undefined : await use(defaults.book);
  return await askUntil(asker, `Address book of chain ${chain.chainId} (a file; "-" for later)`, defaults.book ?? '-', (text) =>
    text === '-' ? undefined : use(text),
  );
};

/** Network, RPC, role and book: from the options, the rest asked for on a terminal. Everything is tried before it is taken. */
export const choose = async (asker: Asker, defaults: Defaults): Promise<{ readonly choices: Choices; readonly chain: ChainGlance }> => {
  const { options, prompt } = asker;
  const named = options.parsed('role', 'renter or provider', parseRole);
  const { network, rpc, chain } = prompt.interactive ? await askConnection(asker, defaults) : await givenConnection(asker, defaults);
  const usual = defaults.role ?? 'renter';
  const role =
    named ??
    (prompt.interactive
      ? await askUntil(asker, 'Do you want to store files (renter) or to provide storage (provider)', usual, (text) =>
          parseParameter('the role', text, 'renter or provider', parseRole),
        )
      : usual);
  return { choices: { network, rpc, role, book: await chooseBook(asker, defaults, chain) }, chain };
};
