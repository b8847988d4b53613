import { expect } from 'chai';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Book } from '../../node/app/book/book.js';
import type { Hex } from '../../node/core/units.js';
import { maskImmutables } from '../../scripts/deploy/existing/read-deployed.js';
import type { VerifiableDeployment } from '../../scripts/deploy/verify/standard-input.js';
import { startAnvil, type TestChain } from '../support/rpc/anvil.js';
import { startChild } from '../support/child-process.js';
import { createDeployer, type Deployer } from './deployer.js';

interface Output {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts: Readonly<Record<string, Readonly<Record<string, Compiled>>>>;
}

interface Compiled {
  readonly evm: {
    readonly bytecode: { readonly object: string };
    readonly deployedBytecode: {
      readonly object: string;
      readonly immutableReferences?: Record<string, { start: number; length: number }[]>;
    };
  };
}

/** The input as it lies there, asking for the code of the listed contracts alone: what is asked for does not change what is compiled. */
const withOutputs = (text: string, contracts: readonly string[]): string => {
  const input = JSON.parse(text) as { settings: { outputSelection: unknown } };
  const wanted = contracts.map((contract) => contract.split(/:(?=[^:]*$)/) as [string, string]);
  input.settings.outputSelection = Object.fromEntries(
    wanted.map(([source, name]) => [source, { [name]: ['evm.bytecode', 'evm.deployedBytecode'] }]),
  );
  return JSON.stringify(input);
};

describe('the sources of a deployment', function () {
  this.timeout(180_000);
  let chain: TestChain;
  let deployer: Deployer;
  let book: Book;
  let listed: VerifiableDeployment;
  before(async () => {
    chain = await startAnvil(['--chain-id', '777', '--block-time', '0.5']);
    deployer = await createDeployer(chain.url);
    const report = await deployer.deploy(chain.url);
    if (report.book === undefined) throw new Error('no book');
    book = report.book.content;
    listed = JSON.parse(await readFile(join(deployer.folder, 'books/book/contracts.json'), 'utf8')) as VerifiableDeployment;
  });
  after(async () => {
    await deployer[Symbol.asyncDispose]();
    await chain.stop();
  });

  it('compile again, from the file that lies beside the book, to the code on chain', async () => {
    const { compile, version } = createRequire(import.meta.url)('solc') as { compile(input: string): string; version(): string };
    expect(listed.contracts.map(({ role }) => role)).to.have.members([
      'token',
      'registry',
      'vault',
      'market',
      'verbBody',
      'rewardPool',
      'view',
    ]);
    expect(version()).to.match(new RegExp(`^${listed.compiler.replaceAll('+', '\\+')}`));
    const inputs = [...new Set(listed.contracts.map(({ input }) => input))];
    for (const file of inputs) {
      const text = await readFile(join(deployer.folder, 'books/book', file), 'utf8');
      const names = listed.contracts.filter(({ input }) => input === file).map(({ contract }) => contract);
      const output = JSON.parse(compile(withOutputs(text, names))) as Output;
      expect((output.errors ?? []).filter(({ severity }) => severity === 'error')).to.deep.equal([]);
      for (const { role, address, contract, constructorArguments } of listed.contracts.filter(({ input }) => input === file)) {
        const [source = '', name = ''] = contract.split(/:(?=[^:]*$)/);
        const { bytecode, deployedBytecode } = output.contracts[source]?.[name]?.evm ?? {};
        const onChain = await chain.rpc<Hex>('eth_getCode', address, 'latest');
        const { object = '', immutableReferences } = deployedBytecode ?? {};
        expect(maskImmutables(onChain, immutableReferences), role).to.equal(maskImmutables(`0x${object}`, immutableReferences));
        if (role !== 'market') continue;
        const sent = await chain.rpc<{ input: string }>('eth_getTransactionByHash', book.deployment.transaction);
        expect(sent.input).to.equal(`0x${bytecode?.object}${constructorArguments}`);
      }
    }
  });

  it('are shown to an explorer that speaks as Etherscan does, each with its arguments', async () => {
    const shown: URLSearchParams[] = [];
    const server: Server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { searchParams } = new URL(request.url ?? '/', 'http://explorer');
        const action = searchParams.get('action');
        if (action === 'verifysourcecode') shown.push(new URLSearchParams(Buffer.concat(chunks).toString()));
        const answers: Readonly<Record<string, unknown>> = {
          getsourcecode: { status: '1', message: 'OK', result: [{ SourceCode: '' }] },
          verifysourcecode: { status: '1', message: 'OK', result: 'a-guid' },
          checkverifystatus: { status: '1', message: 'OK', result: 'Pass - Verified' },
        };
        response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[action ?? '']));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
    const script = ['--conditions=holdfast-source', '--import', 'tsx', join(import.meta.dirname, '../../scripts/verify.ts')];
    const words = ['--book', deployer.out, '--rpc', chain.url, '--explorer', 'etherscan', '--api-url', url];
    const child = await startChild(process.execPath, [...script, ...words], { ...process.env, ETHERSCAN_API_KEY: 'a-key' });
    await child.printed(/view 0x[0-9a-f]{40} is verified on etherscan/, 150_000);
    await child.stop();
    server.closeAllConnections();
    server.close();
    const told = shown.map((form) => [form.get('contractaddress'), form.get('constructorArguments') ?? form.get('constructorArguements')]);
    expect(told).to.deep.equal(listed.contracts.map(({ address, constructorArguments }) => [address, constructorArguments]));
  });
});
