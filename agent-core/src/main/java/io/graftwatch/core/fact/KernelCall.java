package io.graftwatch.core.fact;

/// A process asked the kernel for something that lets it act unseen: what follows has no record of
/// its own.
///
/// @param call what it asked for
/// @param actor who
public record KernelCall(Provenance provenance, Call call, Actor actor) implements Fact {

  public enum Call {
    /// `io_uring_setup`: later connects through the ring are seen by no system-call audit.
    IO_URING,
    /// `ptrace` or `process_vm_writev` into another process.
    INJECT
  }
}
