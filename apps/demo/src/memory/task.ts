import type { Generator, Tensor } from '@core/tensor'

/** A batch: symbols int32 [batch, time] or numbers [batch, time, features], and what is to be answered. */
export type Batch = [x: Tensor, target: Tensor]

/** Something that can only be done by remembering; sequences are drawn without end. */
export interface Task {
  /** One line for the report. */
  readonly title: string
  /** How many symbols there are, or how many numbers come at each step. */
  readonly inputs: { readonly symbols: number } | { readonly features: number }
  /** Numbers that the network answers at a step. */
  readonly outputs: number
  /** Of how many last steps the answer counts. */
  readonly answers: number
  /** The longest delay that chrono initialisation prepares the gates for. */
  readonly maxDelay: number
  /** What is measured, for the report. */
  readonly unit: 'accuracy' | 'MSE'
  /** What somebody reaches who remembers nothing. */
  readonly chance: number
  draw(generator: Generator, batch: number): Batch
  /** Of answers [batch, answers, outputs]: a single number to be minimised. */
  loss(answer: Tensor, target: Tensor): Tensor
  /** Accuracy or mean squared error, a single number. */
  score(answer: Tensor, target: Tensor): Tensor
}
