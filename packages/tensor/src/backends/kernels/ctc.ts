/** Kernels of connectionist temporal classification. T = time, B = batch, C = classes, L = `states`. */
export interface CtcKernels {
  /** The losses, and the forward variables that the gradient needs.
   *  in: logProbs [T, B, C], targets int32 ([B, `targetStride`], or one after the other where that is 0), inputLengths int32 [B],
   *      targetLengths int32 [B];
   *  out: loss [B], alpha [B, T, L]: logarithms of the forward variables, of each step less the largest one; undefined beyond a
   *      sequence's own states and steps. States are blank, first label, blank, second label, …, blank.
   *  loss = −ln Σ over all alignments Π p; ∞ where there is none (0 where `zeroInfinity`). Labels were checked. */
  ctc: CtcAttrs

  /** Its gradient. in: g [B], logProbs, targets, inputLengths, targetLengths, alpha; out: dx [T, B, C]:
   *  g (e^logProbs − occupancy of the class at the step), 0 beyond a sequence's own steps; NaN where the loss is ∞ (0 where `zeroInfinity`). */
  ctcGrad: CtcAttrs
}

/** What the kernels of connectionist temporal classification need to know. */
export interface CtcAttrs {
  readonly time: number
  readonly batch: number
  readonly classes: number
  /** 2 · labels of the longest target + 1. */
  readonly states: number
  readonly targetStride: number
  readonly blank: number
  readonly zeroInfinity: boolean
}
