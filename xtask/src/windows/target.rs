//! What is built for Windows: machines, and flavours of each.

/// The compiler that calls and debug information must fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Abi {
    /// Microsoft's compiler, or clang in its place: CodeView, `.lib`.
    Msvc,
    /// gcc of mingw-w64: DWARF, `.a`.
    Gnu,
}

/// A machine, named as MSBuild's `$(Platform)` names it, and an ABI.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub arch: &'static str,
    pub triple: &'static str,
    pub abi: Abi,
}

pub const X64: Target = Target { arch: "x64", triple: "x86_64-pc-windows-msvc", abi: Abi::Msvc };
pub const ARM64: Target = Target { arch: "ARM64", triple: "aarch64-pc-windows-msvc", abi: Abi::Msvc };
pub const X64_GNU: Target = Target { arch: "x64", triple: "x86_64-pc-windows-gnu", abi: Abi::Gnu };
/// No x86: 32-bit kernel code must not touch SSE state, which Rust's targets have for granted.
pub const TARGETS: [Target; 3] = [X64, ARM64, X64_GNU];

impl Target {
    /// The file name of the archive.
    pub fn library(&self) -> &'static str {
        match self.abi {
            Abi::Msvc => "sfa.lib",
            Abi::Gnu => "libsfa.a",
        }
    }

    /// The ending of objects.
    pub fn object(&self) -> &'static str {
        match self.abi {
            Abi::Msvc => "obj",
            Abi::Gnu => "o",
        }
    }
}

/// The builds of a driver that the archive is made for, named as MSBuild's `$(Configuration)` names them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flavour {
    Debug,
    Release,
}

pub const FLAVOURS: [Flavour; 2] = [Flavour::Debug, Flavour::Release];

impl Flavour {
    /// The folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Debug => "Debug",
            Self::Release => "Release",
        }
    }

    /// The profile in Cargo.toml, which is also the folder that cargo builds it in.
    pub fn profile(self) -> &'static str {
        match self {
            Self::Debug => "driver-debug",
            Self::Release => "release",
        }
    }
}
