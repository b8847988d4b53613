import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { verifyContract } from '@nomicfoundation/hardhat-verify/verify';
import { AbiCoder, Interface, type InterfaceAbi } from 'ethers';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';
import config from '../../../hardhat.config.js';
import { readBook, type Book } from '../../../node/app/book/book.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import { readArtifacts } from '../artifacts.js';
import type { VerifiableDeployment } from './standard-input.js';
import type { VerifyCommand } from './options.js';

const readContracts = async (book: string): Promise<VerifiableDeployment> => {
  const path = join(dirname(book), basename(book, '.json'), 'contracts.json');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HoldfastError('FILE_UNREADABLE', { path, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  });
  return JSON.parse(text) as VerifiableDeployment;
};

/** Hardhat with the network that the command means, and its explorer. */
const openHardhat = async (
  { rpc, explorer, apiUrl, apiKey }: VerifyCommand,
  { chainId, network }: Book,
): Promise<HardhatRuntimeEnvironment> => {
  const custom = apiUrl !== undefined && { [explorer]: { url: apiUrl, apiUrl } };
  return createHardhatRuntimeEnvironment(
    {
      ...config,
      networks: { target: { type: 'http', url: rpc } },
      ...(custom && { chainDescriptors: { [Number(chainId)]: { name: network, blockExplorers: custom } } }),
      verify: {
        etherscan: { apiKey: apiKey ?? '' },
        ...(explorer === 'sourcify' && apiUrl !== undefined && { sourcify: { apiUrl } }),
      },
    },
    { network: 'target', buildProfile: 'default' },
  );
};

/** Decoded constructor arguments, as the plugin encodes them again. */
const argumentsFrom = (abi: InterfaceAbi, encoded: string): unknown[] => {
  const inputs = new Interface(abi).deploy.inputs;
  return AbiCoder.defaultAbiCoder().decode(inputs, `0x${encoded}`).toArray(true) as unknown[];
};

/** Shows every contract of the deployment to the explorer, one after the other. */
export const verifyDeployment = async (command: VerifyCommand, say: (line: string) => void): Promise<void> => {
  const book = await readBook(command.book);
  const { contracts } = await readContracts(command.book);
  const artifacts = await readArtifacts();
  const hardhat = await openHardhat(command, book);
  for (const { role, address, contract, constructorArguments } of contracts) {
    const name = contract.replace(/^project\//, '');
    await verifyContract(
      {
        address,
        contract: name,
        constructorArgs: argumentsFrom(artifacts[role].abi as InterfaceAbi, constructorArguments),
        provider: command.explorer,
        ...(role === 'market' && { creationTxHash: book.deployment.transaction }),
      },
      hardhat,
    );
    say(`${role} ${address} is verified on ${command.explorer}`);
  }
};
