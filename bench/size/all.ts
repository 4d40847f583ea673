// All of the tensors, with the kernels that are in the main file.
export * from '@core/tensor'
