package dev.tailnetproxy.cdk.support;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Small zips that look like the built ones; always the same bytes. */
public final class TestArchives {

    public static final int ELF_X86_64 = 0x3e;
    public static final int ELF_AARCH64 = 0xb7;
    public static final int ELF_RISCV = 0xf3;

    private final Path folder;

    public TestArchives(Path folder) {
        this.folder = folder;
    }

    /** As {@code mvn package} makes it. */
    public String jvm() {
        return zip("jvm.zip", "lib/some.jar", new byte[] {1});
    }

    /** As {@code mvn package -Pnative} makes it on a processor. */
    public String nativeFor(int elfMachine) {
        byte[] elf = ByteBuffer.allocate(64)
                .putInt(0x7f454c46)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(18, (short) elfMachine)
                .array();
        return executable("native-" + elfMachine + ".zip", elf);
    }

    /** With any bytes as the executable. */
    public String executable(String name, byte[] bytes) {
        return zip(name, "bootstrap", bytes);
    }

    public String layer() {
        return zip("layer.zip", "bin/tailscaled", new byte[] {2});
    }

    public String zip(String name, String entry, byte[] bytes) {
        Path file = folder.resolve(name);
        ZipEntry header = new ZipEntry(entry);
        header.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(header);
            zip.write(bytes);
            zip.closeEntry();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return file.toString();
    }
}
