import { expect } from 'chai';
import { ContractFactory, Interface, toBeHex, ZeroHash } from 'ethers';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MarketParameters } from '../../node/core/market/deal.js';
import { wei } from '../../node/core/units.js';
import { brokenInequalities } from '../../scripts/deploy/checks/check-parameters.js';
import { readArtifacts } from '../../scripts/deploy/artifacts.js';
import { readCommand } from '../../scripts/deploy/options.js';
import { runDeploy } from '../../scripts/deploy/run-deploy.js';
import { startAnvil, type TestChain } from '../support/rpc/anvil.js';
import { rejection } from '../support/coded-rejection.js';
import { devnetParameters } from '../support/memory-market/market-parameters.js';
import { startRpcProxy, type RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { createDeployer, writeParameters, type Deployer } from './deployer.js';

const HISTORY = '0x0000F90827F1C53a10cb7A02335B175320002935';

/** Code that answers every call with its caller: stands in for the body of verbs, which the market asks for its first block. */
const ANSWER_CALLER = '0x335f5260205ff3';

/** Parameters that break one inequality, by its name. */
const unsound: Readonly<Record<string, Partial<MarketParameters>>> = {
  deterrence: { samples: 2 },
  'sum of shares': { compensationBps: 4_700 },
  '10000 by sum of shares': { compensationBps: 4_900 },
  '10000 by cover and all misses': { maxMisses: 11 },
  coverBps: { coverBps: 99 },
  windowBlocks: { windowBlocks: 1 },
  periodBlocks: { windowBlocks: 21 },
  noticePeriods: { noticePeriods: 0 },
  maxMisses: { maxMisses: 2 },
  signatureGas: { signatureGas: 19_999 },
  '200 by feeBps': { feeBps: 201 },
  '10000 by feeBurnBps': { feeBurnBps: 10_001 },
  epochPeriods: { epochPeriods: 0 },
  unit: { unit: wei(0n) },
  bondUnit: { bondUnit: wei(0n) },
  '1000 by bondBps': { bondBps: 1_001 },
  'burn per weight': { unit: wei(10n ** 16n + 1n), bondUnit: wei(2n * 10n ** 16n), bountyBps: 1, compensationBps: 4_999 },
  'bounty per weight': { unit: wei(10n ** 8n / 5_000n), burnBps: 5_000, bountyBps: 1, compensationBps: 4_999 },
  'compensation per weight': { unit: wei(125n), burnBps: 8_000, bountyBps: 0, compensationBps: 2_000 },
};

describe('what a deployment refuses before a wei is spent', () => {
  let chain: TestChain;
  let proxy: RpcProxy;
  let deployer: Deployer;
  before(async () => {
    chain = await startAnvil(['--chain-id', '777', '--block-time', '1']);
    await chain.rpc('anvil_mine', '0x190', '0x1');
    deployer = await createDeployer(chain.url);
  });
  after(async () => {
    await deployer[Symbol.asyncDispose]();
    await chain.stop();
  });
  beforeEach(async () => {
    proxy = await startRpcProxy(chain.url);
  });
  afterEach(async () => {
    expect(proxy.methods).not.to.include('eth_sendRawTransaction');
    await proxy.stop();
  });
  const file = (terms: Readonly<Record<string, unknown>>): Promise<string> => writeParameters(join(deployer.folder, 'network.json'), terms);

  describe('parameters', () => {
    for (const [name, change] of Object.entries(unsound)) {
      it(`that break "${name}", with the numbers of the contract`, async () => {
        const parameters = { ...devnetParameters, ...change };
        const [broken] = brokenInequalities(parameters);
        const { market } = await readArtifacts();
        const account = '0x00000000000000000000000000000000000000aa';
        const inputs = [account, account, account, account, ZeroHash, parameters];
        const { data } = await new ContractFactory(market.abi, market.bytecode).getDeployTransaction(...inputs);
        const body = { [account]: { code: ANSWER_CALLER } };
        const response = await fetch(chain.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params: [{ data }, 'latest', body] }),
        });
        const { error } = (await response.json()) as { error: { data: string } };
        const [called, left, right] = new Interface(market.abi as string[]).decodeErrorResult('BadParameter', error.data);
        expect([called, left, right]).to.deep.equal([name, ...[broken?.[1], broken?.[2]].map((side) => BigInt(side ?? -1))]);
        expect(broken?.[0]).to.equal(name);
      });
    }

    it('in a file, by the name of the inequality and its numbers', async () => {
      const path = await file({ parameters: { periodBlocks: 40, windowBlocks: 21 } });
      const error = await rejection(deployer.deploy(proxy.url, '--parameters', path), 'BAD_PARAMETER');
      expect(error.data).to.deep.equal({ name: 'periodBlocks', left: 40n, right: 42n });
    });

    it('with a window that not even EIP-2935 reaches', async () => {
      const path = await file({ parameters: { periodBlocks: 20_000, windowBlocks: 8_192 } });
      const error = await rejection(deployer.deploy(proxy.url, '--parameters', path), 'BAD_PARAMETER');
      expect(error.data).to.deep.equal({ name: 'oldest hash by windowBlocks', left: 8_191n, right: 8_192n });
    });

    it('in a file that does not describe a network', async () => {
      for (const [text, problem] of [
        ['{', 'not JSON'],
        ['{}', 'name'],
        [JSON.stringify({ name: 'x', chainId: 5 }), 'chainId'],
      ] as const) {
        const path = join(deployer.folder, 'bad.json');
        await writeFile(path, text);
        const error = await rejection(deployer.deploy(proxy.url, '--parameters', path), 'PARAMETERS_INVALID');
        expect(error.data.problem).to.contain(problem);
      }
      const stranger = await file({ parameters: { periodBlocks: 40, windowBlocks: 20, windowBlock: 3 } });
      await rejection(deployer.deploy(proxy.url, '--parameters', stranger), 'PARAMETERS_INVALID');
    });
  });

  describe('windows over 256 blocks', () => {
    const long = { parameters: { periodBlocks: 2_000, windowBlocks: 512 } };
    const honest = '5f35405f5260205ff3';
    const probe = async (code: string): Promise<ReturnType<Deployer['deploy']>> => {
      await chain.rpc('anvil_setCode', HISTORY, code);
      return deployer.deploy(proxy.url, '--parameters', await file(long), '--dry-run');
    };

    it('where the contract of EIP-2935 is missing or lies', async () => {
      for (const code of ['0x', '0x60015f5260205ff3', '0x5f5ffd']) {
        const error = await rejection(probe(code), 'HISTORY_UNPROVEN');
        expect(error.data).to.deep.equal({ age: 1n });
      }
    });

    it('where it lies about old blocks only', async () => {
      // More than 100 blocks back it answers 1.
      const liar = '0x60645f354303116011575f35405f5260205ff35b60015f5260205ff3';
      const error = await rejection(probe(liar), 'HISTORY_UNPROVEN');
      expect(error.data).to.deep.equal({ age: 255n });
    });

    it('and takes them where it tells the truth', async () => {
      expect((await probe(`0x${honest}`)).status).to.equal('planned');
    });
  });

  describe('chains', () => {
    it('of Arbitrum, by chain id and by their precompile, with the reason', async () => {
      proxy.answer = ({ method }) => (method === 'eth_chainId' ? { result: '0x66eee' } : undefined);
      const error = await rejection(deployer.deploy(proxy.url), 'CHAIN_REFUSED');
      expect(error.data.reason).to.contain('Arbitrum');
      proxy.answer = ({ method, params }) =>
        method === 'eth_getCode' && /^0x0{38}64$/.test(String(params[0])) ? { result: '0xfe' } : undefined;
      expect((await rejection(deployer.deploy(proxy.url), 'CHAIN_REFUSED')).data.reason).to.contain('ArbSys');
    });

    it('other than the one that was named', async () => {
      const error = await rejection(deployer.deploy(proxy.url, '--network', 'sepolia'), 'NETWORK_MISMATCH');
      expect(error.data).to.deep.include({ network: 'sepolia', expected: 11_155_111n, actual: 777n });
      await rejection(deployer.deploy(proxy.url, '--network', 'sepolai'), 'NETWORK_UNKNOWN');
    });

    it('whose blocks make the period absurd, with the numbers', async () => {
      const path = await file({ blockMilliseconds: 12_000, parameters: { periodBlocks: 300, windowBlocks: 150 } });
      const error = await rejection(deployer.deploy(proxy.url, '--parameters', path), 'BLOCK_TIME_ABSURD');
      expect(error.data).to.deep.include({ declared: 12_000, blocks: 100, periodBlocks: 300 });
      expect(error.data.measured).to.be.within(900, 1_100);
      expect(error.data.seconds).to.be.within(270, 330);
    });
  });

  describe('tokens', () => {
    const tokenWith = async (code: string): Promise<string> => {
      const token = toBeHex(0x70c4n, 20);
      await chain.rpc('anvil_setCode', token, code);
      return token;
    };
    /** Answers every call with one number. */
    const answering = (number: number): string => `0x60${number.toString(16).padStart(2, '0')}5f5260205ff3`;

    it('that are no contract, no ERC-20, or too coarse', async () => {
      for (const [code, problem] of [
        ['0x', 'no contract'],
        ['0x5f5ffd', 'decimals()'],
        [answering(5), '5 decimals'],
        [answering(19), '19 decimals'],
      ] as const) {
        const error = await rejection(deployer.deploy(proxy.url, '--token', await tokenWith(code)), 'TOKEN_UNSUITABLE');
        expect(error.data.problem).to.contain(problem);
      }
    });

    it('and takes the unit from the decimals of one that is good', async () => {
      const { preparation } = await deployer.deploy(proxy.url, '--token', await tokenWith(answering(6)), '--dry-run');
      expect(preparation.terms.parameters).to.deep.include({ unit: 10_000n, bountyCap: 100_000n });
    });

    it('that are not named where none may be deployed', async () => {
      const error = await rejection(deployer.deploy(proxy.url, '--parameters', await file({ token: undefined })), 'OPTION_MISSING');
      expect(error.data.option).to.equal('--token');
    });
  });

  it('an account without coin, with what it has and what it needs', async () => {
    await using poor = await createDeployer(chain.url, 5n);
    const { cost } = await poor.deploy(proxy.url, '--dry-run');
    const error = await rejection(poor.deploy(proxy.url), 'COIN_TOO_SMALL');
    expect(error.data).to.deep.include({ account: poor.account, balance: 5n });
    expect(error.data.needed > 0n && (cost?.totalGas ?? 0n) > 5_000_000n).to.equal(true);
  });

  it('a chain that is dearer than allowed', async () => {
    const error = await rejection(deployer.deploy(proxy.url, '--max-fee', '0.000000001'), 'FEE_TOO_HIGH');
    expect(error.data.max).to.equal(1n);
  });

  it('the wrong password', async () => {
    const command = readCommand(deployer.args(proxy.url));
    if (command === undefined) throw new Error('help was asked for');
    const world = { signal: AbortSignal.timeout(30_000), say: () => undefined, password: async () => 'another' };
    await rejection(runDeploy(command, world), 'WRONG_PASSWORD');
  });

  it('a home without a key', async () => {
    await rejection(deployer.deploy(proxy.url, '--home', join(deployer.folder, 'empty')), 'KEY_MISSING');
  });

  it('a book of the devnet among those that are committed', async () => {
    proxy.answer = ({ method }) => (method === 'eth_chainId' ? { result: '0x7a69' } : undefined);
    const out = join(import.meta.dirname, '../../deployments/31337.json');
    const error = await rejection(deployer.deploy(proxy.url, '--out', out), 'BAD_OPTION');
    expect(error.data.option).to.equal('--out');
  });

  it('command lines that mean nothing', () => {
    const refused = (...args: readonly string[]): string => {
      try {
        readCommand(args);
        return 'taken';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(refused()).to.equal('OPTION_MISSING');
    expect(refused('--network', 'sepolia', '--parameters', 'x')).to.equal('USAGE');
    expect(refused('--netwrok', 'sepolia')).to.equal('USAGE');
    expect(refused('--network', 'sepolia', '--token', '0x12')).to.equal('BAD_OPTION');
    expect(refused('--network', 'sepolia', '--max-fee', '0')).to.equal('BAD_OPTION');
    expect(refused('--network', 'sepolia', '--patience', 'long')).to.equal('BAD_OPTION');
    expect(readCommand(['--help'])).to.equal(undefined);
  });
});
