//! The import gate: which services each .sys takes from where, and that none of Wine's is absent, a stub or hollow.
use super::session::WINE;
use crate::workspace::{program, run};
use object::{
    LittleEndian as LE, Object, ObjectSymbol,
    read::{
        NameOrOrdinal,
        pe::{Import, PeFile64},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Wine's own modules.
const MODULES: &str = "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows";
const KERNEL: [&str; 2] = ["ntoskrnl.exe", "hal.dll"];

/// Exported, and no stub, but they do not do what they are for (Wine 8).
const HOLLOW: [&str; 18] = [
    "IoCsqInitialize",
    "KeFlushQueuedDpcs",
    "KeGetCurrentIrql",
    "KeInsertQueueDpc",
    "KeLowerIrql",
    "KeRaiseIrqlToDpcLevel",
    "KeReleaseSemaphore",
    "KfLowerIrql",
    "KfRaiseIrql",
    "MmAllocateContiguousMemory",
    "MmBuildMdlForNonPagedPool",
    "MmMapLockedPagesSpecifyCache",
    "MmProbeAndLockPages",
    "MmUnlockPages",
    "MmUnmapLockedPages",
    "ProbeForRead",
    "ProbeForWrite",
    "ObReferenceObjectByHandle",
];
/// The driver that stands before Wine's kernel.
const SHIM: &str = "wineshim.sys";
/// What the kernel lacks and the C library of Wine's processes has, for the export driver alone.
const NATIVE: (&str, [&str; 2]) = ("ntdll.dll", ["NtQuerySemaphore", "NtReleaseSemaphore"]);
/// Of these the export driver itself calls the part that works, and is where the rest is made up for.
const HALF: [&str; 2] = ["KeReleaseSemaphore", "ObReferenceObjectByHandle"];

type Table = BTreeMap<String, BTreeSet<String>>;

/// What a driver imports, by module.
fn table(driver: &Path) -> Result<Table, String> {
    let data = fs::read(driver).map_err(|e| format!("{}: {e}", driver.display()))?;
    read(&data).map_err(|e| format!("{}: {e}", driver.display()))
}

fn read(data: &[u8]) -> object::Result<Table> {
    let file = PeFile64::parse(data)?;
    let mut all = Table::new();
    let Some(imports) = file.import_table()? else { return Ok(all) };
    let mut descriptors = imports.descriptors()?;
    while let Some(descriptor) = descriptors.next()? {
        let module = String::from_utf8_lossy(imports.name(descriptor.name.get(LE))?).to_lowercase();
        let mut thunks = imports.thunks(descriptor.original_first_thunk.get(LE))?;
        let names = all.entry(module).or_default();
        while let Some(thunk) = thunks.next::<object::pe::ImageNtHeaders64>()? {
            names.insert(match imports.import::<object::pe::ImageNtHeaders64>(thunk)? {
                Import::Name(_, name) => String::from_utf8_lossy(name).into_owned(),
                Import::Ordinal(number) => format!("#{number}"),
            });
        }
    }
    Ok(all)
}

/// What a module exports, and which of it are stubs: Wine's build leaves symbols that say so.
struct Module {
    exports: BTreeSet<String>,
    stubs: BTreeSet<String>,
}

fn module(path: &Path) -> Result<Module, String> {
    let data = fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let told = |e: object::Error| format!("{}: {e}", path.display());
    let file = PeFile64::parse(&*data).map_err(told)?;
    let exports = file.exports().map_err(told)?;
    let exports = exports.filter_map(|export| match export.ok()?.name() {
        NameOrOrdinal::Name(name) => Some(String::from_utf8_lossy(name).into_owned()),
        NameOrOrdinal::Ordinal(_) => None,
    });
    let exports = exports.collect();
    let stub = |name: &str| name.split_once("__wine_stub_").map(|(_, name)| name.to_owned());
    let stubs = file.symbols().filter_map(|s| stub(s.name().ok()?)).collect();
    Ok(Module { exports, stubs })
}

/// Who may be imported from: Wine's kernel, and those of our drivers that export something.
struct Gate {
    modules: BTreeMap<String, Module>,
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or(String::new(), |n| n.to_string_lossy().into_owned())
}

impl Gate {
    fn new(exporters: &[PathBuf]) -> Result<Self, String> {
        let version = run(program(WINE).arg("--version"))?;
        if !version.starts_with("wine-8.") {
            return Err(format!("{} is not Wine 8: what is hollow in it is not known", version.trim()));
        }
        let mut modules = BTreeMap::new();
        for name in KERNEL {
            let found = module(&Path::new(MODULES).join(name))?;
            if name == "ntoskrnl.exe" && found.stubs.is_empty() {
                return Err("Wine's ntoskrnl.exe has no symbols: stubs cannot be told".into());
            }
            modules.insert(name.to_owned(), found);
        }
        for exporter in exporters {
            modules.insert(name_of(exporter), module(exporter)?);
        }
        if modules.get(SHIM).is_none_or(|shim| shim.exports.is_empty()) {
            return Err(format!("{SHIM} exports nothing"));
        }
        Ok(Self { modules })
    }

    /// What is wrong with each import of a driver.
    fn faults(&self, driver: &Path) -> Result<Vec<String>, String> {
        let own = name_of(driver);
        let shim = own == SHIM;
        let mut faults = Vec::new();
        for (from, names) in table(driver)? {
            if shim && from == NATIVE.0 && names.iter().all(|name| NATIVE.1.contains(&&**name)) {
                continue;
            }
            let Some(module) = self.modules.get(&from) else {
                faults.push(format!("{own} imports from {from}, which is neither Wine's kernel nor ours"));
                continue;
            };
            let wines = KERNEL.contains(&from.as_str());
            for name in names {
                let hollow = wines && HOLLOW.contains(&name.as_str());
                let what = match () {
                    () if !module.exports.contains(&name) => "is absent",
                    () if module.stubs.contains(&name) => "is a stub",
                    () if hollow && !(shim && HALF.contains(&name.as_str())) => "is hollow",
                    () if wines && !shim && self.modules[SHIM].exports.contains(&name) => "is made up for, elsewhere",
                    () => continue,
                };
                faults.push(format!("{own}: {name} of {from} {what}"));
            }
        }
        Ok(faults)
    }
}

/// Nothing that is absent, a stub or hollow is imported, nor anything past wineshim.sys.
pub fn check(exporters: &[PathBuf], drivers: &[PathBuf]) -> Result<String, String> {
    let gate = Gate::new(exporters)?;
    let faults = drivers.iter().map(|driver| gate.faults(driver)).collect::<Result<Vec<_>, _>>()?.concat();
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    let mut count = BTreeMap::<String, BTreeSet<String>>::new();
    for driver in drivers {
        for (from, names) in table(driver)? {
            count.entry(from).or_default().extend(names);
        }
    }
    let parts: Vec<_> = count.iter().map(|(from, names)| format!("{} of {from}", names.len())).collect();
    Ok(format!("imports: {}, none hollow", parts.join(", ")))
}

/// A driver that does is found out (c-tests/windows/broken/hollow.c).
pub fn refuses(exporters: &[PathBuf], hollow: &Path) -> Result<(), String> {
    let found = Gate::new(exporters)?.faults(hollow)?;
    for what in [
        "KeInsertQueueDpc of ntoskrnl.exe is hollow",
        "ExQueueWorkItem of ntoskrnl.exe is a stub",
        "ExAcquireSpinLockShared of ntoskrnl.exe is absent",
        "KeSetTimer of ntoskrnl.exe is made up for, elsewhere",
        "imports from ntdll.dll, which is neither Wine's kernel nor ours",
    ] {
        if !found.iter().any(|fault| fault.ends_with(what)) {
            return Err(format!("the import gate did not see that {what}, but {found:?}"));
        }
    }
    Ok(())
}

/// The lists, driver by driver.
pub fn tables(drivers: &[PathBuf]) -> Result<String, String> {
    let mut text = String::new();
    for driver in drivers {
        let size = fs::metadata(driver).map_or(0, |m| m.len());
        text.push_str(&format!("{} ({size} bytes)\n", driver.file_name().unwrap_or_default().to_string_lossy()));
        for (from, names) in table(driver)? {
            let names: Vec<_> = names.into_iter().collect();
            text.push_str(&format!("  {from}: {}\n", names.join(" ")));
        }
    }
    Ok(text.trim_end().to_owned())
}
