import { cat, dropout, type Generator, stack, type Tensor, unbind, unsqueeze, zeros } from '@core/tensor'
import {
  defaultGenerator,
  type RecurrentCell,
  type RecurrentInputs,
  type RecurrentLayerOptions,
  type RecurrentOutputs,
  recurrentLayer,
} from '@core/tensor/extend'
import { Module } from '@nn/module'
import { KINDS } from './kinds.js'
import type { ForwardOptions, RecurrentOptions } from './options.js'
import { firstStates, lengthsOf, type Sequence, sequenceOf } from './sequence.js'
import type { RecurrentState } from './state.js'
import { gatesOf, type RNNGates, type Trace } from './trace.js'
import { checkSizes, type DirectionWeights, inputsOf, newWeights } from './weights.js'

/** Which way a set of weights reads the sequence: from its start, or from its end. */
export type Direction = 'forward' | 'backward'

/** The parameters of one layer. */
export interface LayerWeights {
  /** Those that read the sequence from its start. */
  readonly forward: DirectionWeights
  /** Those that read it from its end, where the layer has two directions. */
  readonly backward?: DirectionWeights
}

/** Runs one direction of one layer over [time, batch, features]; by default the fused kernel. */
export type Runner = (
  cell: RecurrentCell,
  inputs: RecurrentInputs,
  options: RecurrentLayerOptions,
) => RecurrentOutputs

/** Has one direction of one layer run in another way. */
export interface Detour {
  readonly layer: number
  readonly direction: Direction
  readonly run: Runner
}

/** What any recurrent layer gives. */
export interface AnyRecurrentOutput {
  /** The hidden states of all steps, [batch, time, D · hidden] (or time first, as the input). */
  readonly output: Tensor
  /** The last state, of the layer's own kind. */
  readonly state: RecurrentState
  /** Every gate of every step, where it was asked for. */
  readonly trace?: Trace<RNNGates>
}

/** What a layer gives before it is put into a form of its own. */
interface Result {
  readonly output: Tensor
  readonly h: Tensor
  readonly c: Tensor | undefined
  readonly trace: Trace<Record<string, Tensor>>
}

/**
 * What {@link RNN}, {@link GRU} and {@link LSTM} share: weights in PyTorch's layout and names, the walk through layers and
 * directions, the order of dimensions, first states. A model that may hold any of the three declares its field with this type. For
 * layers of one's own extend `Module`, and see {@link recur}.
 */
export abstract class Recurrent extends Module {
  /** The parameters, from the layer at the input up. */
  readonly layers: readonly LayerWeights[]
  /** How many layers stand on each other. */
  readonly numLayers: number
  /** Whether there is a second direction. */
  readonly bidirectional: boolean
  /** Whether the batch stands before time. */
  readonly batchFirst: boolean
  /** Probability with which values between two layers are dropped while training. */
  readonly dropout: number
  /** @internal Of dropout. */
  protected readonly generator: Generator | undefined
  /** @internal Set while something watches a direction step by step. */
  detour: Detour | undefined

  /**
   * @param name - the layer, for messages
   * @param cell - what it computes in each step
   * @param inputSize - features of each step, at least 1
   * @param hiddenSize - size of the state, at least 1
   * @param options - checked
   * @param projSize - size to which the state is projected; 0: not at all
   */
  protected constructor(
    private readonly name: string,
    private readonly cell: RecurrentCell,
    readonly inputSize: number,
    readonly hiddenSize: number,
    options: RecurrentOptions,
    readonly projSize = 0,
  ) {
    super()
    const { numLayers = 1, bias = true, batchFirst = true, dropout: p = 0, bidirectional = false } = options
    checkSizes(name, inputSize, hiddenSize)
    this.numLayers = numLayers
    this.bidirectional = bidirectional
    this.batchFirst = batchFirst
    this.dropout = p
    const { init, generator } = options
    const kind = { name, ...KINDS[cell] }
    const directions = bidirectional ? 2 : 1
    const weights = (layer: number, suffix: string) => {
      const features = layer === 0 ? inputSize : directions * (projSize || hiddenSize)
      const sizes = { inputSize: features, hiddenSize, projSize }
      return newWeights(kind, { ...sizes, bias, suffix: `_l${layer}${suffix}`, init, generator })
    }
    this.layers = Array.from({ length: numLayers }, (_, layer) => ({
      forward: weights(layer, ''),
      ...(bidirectional ? { backward: weights(layer, '_reverse') } : {}),
    }))
    if (p > 0) this.generator = (generator ?? defaultGenerator()).fork()
  }

  /**
   * Runs through a sequence, whichever of the layers it is: so a field of this type can hold any of them.
   *
   * @param x - [batch, time, in], at least one step; [time, in] without a batch
   * @param options - `state`, as this layer returned it; `lengths`, `trace`
   * @returns the hidden states of all steps, and the last state
   * @throws ShapeError where input, state or lengths do not fit
   */
  abstract override forward(x: Tensor, options?: ForwardOptions<RecurrentState>): AnyRecurrentOutput

  /** @internal Runs all layers and directions. */
  protected run(x: Tensor, options: ForwardOptions<unknown>, h: Tensor | undefined, c?: Tensor): Result {
    const sequence = sequenceOf(this.name, x, this.inputSize, this.batchFirst)
    const lengths = lengthsOf(this.name, sequence, options.lengths)
    const memory = this.cell === 'lstm'
    const first = this.first(
      sequence,
      h,
      this.projSize || this.hiddenSize,
      memory ? 'the state h' : 'the state',
    )
    const cells = memory ? this.first(sequence, c, this.hiddenSize, 'the state c') : undefined
    const trace = options.trace === true

    const last: { h: Tensor[]; c: Tensor[] } = { h: [], c: [] }
    const layers: { forward: Record<string, Tensor>; backward?: Record<string, Tensor> }[] = []
    let input = sequence.x
    for (const [k, layer] of this.layers.entries()) {
      if (k > 0 && this.generator)
        input = dropout(input, { p: this.dropout, training: this.training, generator: this.generator })
      const walk = (direction: Direction, weights: DirectionWeights): RecurrentOutputs => {
        const at = last.h.length
        const inputs = { x: input, ...inputsOf(weights), h0: first[at]!, c0: cells?.[at], lengths }
        const result = this.runner(k, direction)(this.cell, inputs, {
          reverse: direction === 'backward',
          trace,
        })
        last.h.push(result.hLast)
        if (result.cLast) last.c.push(result.cLast)
        return result
      }
      const forward = walk('forward', layer.forward)
      const backward = layer.backward && walk('backward', layer.backward)
      if (trace)
        layers.push({
          forward: gatesOf(forward, sequence.restore),
          ...(backward ? { backward: gatesOf(backward, sequence.restore) } : {}),
        })
      input = backward ? cat([forward.output, backward.output], 2) : forward.output
    }
    return {
      output: sequence.restore(input),
      h: together(last.h, sequence),
      c: memory ? together(last.c, sequence) : undefined,
      trace: { layers },
    }
  }

  /** One first state [batch, size] for each layer and direction. */
  private first(sequence: Sequence, state: Tensor | undefined, size: number, what: string): Tensor[] {
    const count = this.numLayers * (this.bidirectional ? 2 : 1)
    const given = firstStates(this.name, sequence, state, count, size, what)
    if (given) return unbind(given)
    const { dtype, backend } = sequence.x
    return new Array<Tensor>(count).fill(zeros([sequence.batch, size], { dtype, backend }))
  }

  private runner(layer: number, direction: Direction): Runner {
    const { detour } = this
    return detour?.layer === layer && detour.direction === direction ? detour.run : recurrentLayer
  }
}

/** The last states of all layers and directions as the caller gets them. */
function together(states: readonly Tensor[], { batched }: Sequence): Tensor {
  const all = states.length === 1 ? unsqueeze(states[0]!, 0) : stack(states)
  return batched ? all : all.squeeze(1)
}
