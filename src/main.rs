//! The program; everything it does is in the library.

/// Records are allocated on one thread and freed on another, which costs the system's allocator 10 % more
/// processor time, and memory that grows from 99 MB on 0.2 GB of dumps to 158 MB on 10 GB.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    copydesk::cli::main()
}
