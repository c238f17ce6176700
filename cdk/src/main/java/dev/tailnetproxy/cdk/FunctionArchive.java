package dev.tailnetproxy.cdk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import software.amazon.awscdk.services.lambda.Architecture;

/**
 * A {@code function.zip} of Quarkus with the runtime and processor that it is built for.
 *
 * @param path its absolute path
 * @param runtime the runtime that it is built for
 * @param architecture of a native executable; empty for the JVM, which runs on any
 */
record FunctionArchive(Path path, JavaRuntime runtime, Optional<Architecture> architecture) {

    private static final String NATIVE_EXECUTABLE = "bootstrap";
    private static final String QUARKUS_JARS = "lib/";

    /** From the start of an ELF file to the end of its field e_machine. */
    private static final int ELF_HEADER_BYTES = 20;

    private static final int ELF_MAGIC = 0x7f454c46;
    private static final int ELF_MACHINE = 18;
    private static final int ELF_X86_64 = 0x3e;
    private static final int ELF_AARCH64 = 0xb7;

    /**
     * Reads the archive's entries.
     *
     * @throws IllegalArgumentException with a sentence when there is no archive, or when Quarkus did not build it
     */
    static FunctionArchive of(String file) {
        Path path = LocalFile.of(
                "functionArchive",
                file,
                "build it with mvn package (or mvn package -Pnative) at the top of the checkout, or name the zip that is "
                        + "to be deployed");
        try (ZipFile zip = new ZipFile(path.toFile())) {
            ZipEntry executable = zip.getEntry(NATIVE_EXECUTABLE);
            if (executable != null) {
                try (InputStream bytes = zip.getInputStream(executable)) {
                    return new FunctionArchive(
                            path,
                            JavaRuntime.NATIVE,
                            Optional.of(architecture(path, bytes.readNBytes(ELF_HEADER_BYTES))));
                }
            }
            Validate.isTrue(
                    zip.stream().anyMatch(entry -> entry.getName().startsWith(QUARKUS_JARS)),
                    "functionArchive: " + path + " holds neither a native executable (" + NATIVE_EXECUTABLE
                            + ") nor jars (" + QUARKUS_JARS
                            + "): it is no build of a Quarkus function; give the function.zip of mvn package");
            return new FunctionArchive(path, JavaRuntime.JVM, Optional.empty());
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "functionArchive: " + path + " can't be read as a zip: build it anew with mvn package", unreadable);
        }
    }

    /** @throws IllegalArgumentException when it is built for another runtime */
    JavaRuntime runtimeFor(Optional<JavaRuntime> wanted) {
        wanted.ifPresent(one -> Validate.isTrue(
                one == runtime,
                "runtime is " + one + ", but " + path + " is built for " + runtime + ": build it with "
                        + (one == JavaRuntime.NATIVE ? "mvn package -Pnative" : "mvn package")
                        + ", or leave runtime out to deploy what is there"));
        return runtime;
    }

    /** @throws IllegalArgumentException when the executable is for another processor */
    Architecture architectureFor(Optional<Architecture> wanted) {
        Architecture chosen = wanted.or(this::architecture).orElse(Architecture.X86_64);
        architecture.ifPresent(built -> Validate.isTrue(
                built.getName().equals(chosen.getName()),
                "architecture is " + chosen.getName() + ", but the executable in " + path + " is for " + built.getName()
                        + ": build it on that processor, or leave architecture out"));
        return chosen;
    }

    private static Architecture architecture(Path path, byte[] header) {
        ByteBuffer elf = ByteBuffer.wrap(header);
        Validate.isTrue(
                header.length == ELF_HEADER_BYTES && elf.getInt() == ELF_MAGIC,
                "functionArchive: " + NATIVE_EXECUTABLE + " in " + path
                        + " is no Linux executable: build it on Linux, or "
                        + "in a container with -Dquarkus.native.container-build=true");
        int machine = Short.toUnsignedInt(elf.order(ByteOrder.LITTLE_ENDIAN).getShort(ELF_MACHINE));
        return switch (machine) {
            case ELF_X86_64 -> Architecture.X86_64;
            case ELF_AARCH64 -> Architecture.ARM_64;
            default ->
                throw new IllegalArgumentException("functionArchive: " + NATIVE_EXECUTABLE + " in " + path
                        + " is for a processor that Lambda does not have: build it for x86_64 or arm64");
        };
    }
}
