import type { GasWei, Wei } from '../../core/units.js';

/** Gas of a claim, and of each epoch in it, about. */
export const CLAIM_GAS = 120_000n;
export const EPOCH_GAS = 60_000n;

export interface ClaimSnapshot {
  /** Running epoch. */
  readonly epoch: number;
  /** Rewards of past epochs that are not yet claimed, token wei. */
  readonly rewards: readonly { readonly epoch: number; readonly reward: Wei }[];
  /** Wei of coin that a unit of gas costs. */
  readonly gasPrice: GasWei;
  /** Token wei that a claim must bring for each wei of coin that it costs. */
  readonly factor: bigint;
  /** Past epochs that are looked at. */
  readonly claimEpochs: number;
}

/** Epochs before `epoch` that are looked at, the oldest first. */
export const claimableEpochs = (epoch: number, claimEpochs: number): number[] => {
  const from = Math.max(0, epoch - claimEpochs);
  return Array.from({ length: epoch - from }, (_, i) => from + i);
};

/**
 * Epochs to claim now, none if that is not worth it: all that owe something, once they bring `factor` times their gas, or once they bring
 * it and the oldest is about to be too old to be looked at.
 */
export const decideClaim = ({ epoch, rewards, gasPrice, factor, claimEpochs }: ClaimSnapshot): number[] => {
  const owed = rewards.filter(({ reward }) => reward > 0n);
  const sum = owed.reduce((total, { reward }) => total + reward, 0n);
  const cost = (CLAIM_GAS + EPOCH_GAS * BigInt(owed.length)) * gasPrice;
  const last = owed.some((entry) => entry.epoch <= epoch - claimEpochs);
  const worth = sum >= cost * (last ? 1n : factor);
  return worth ? owed.map((entry) => entry.epoch) : [];
};
