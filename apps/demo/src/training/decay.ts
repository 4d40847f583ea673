/** The factor on the learning rate at a fraction (0 to 1) of the training: constant, then falling to a twentieth. */
export function decay(fraction: number): number {
  return fraction < 0.5 ? 1 : 1 - 1.9 * (fraction - 0.5)
}
