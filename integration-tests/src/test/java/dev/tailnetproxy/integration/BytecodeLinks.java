package dev.tailnetproxy.integration;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * What the classes of a function's archive name, looked up among those classes and the JDK's (JVMS section 5.4.3). A JVM does
 * so when the code runs, and native-image when it builds.
 */
final class BytecodeLinks {

    private static final int WITHOUT_CODE = ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES;
    private static final int WITH_CODE = ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES;

    /** Their methods take any arguments (JVMS section 2.9.3). */
    private static final Set<String> SIGNATURE_POLYMORPHIC =
            Set.of("java/lang/invoke/MethodHandle", "java/lang/invoke/VarHandle");

    private final Map<String, byte[]> archive = new HashMap<>();
    private final Map<String, Optional<Declaration>> declarations = new HashMap<>();
    private final SortedSet<String> missingClasses = new TreeSet<>();
    private final SortedSet<String> missingMembers = new TreeSet<>();

    /** A class with its fields and methods, and the classes and interfaces that it inherits from. */
    private record Declaration(Set<String> members, Set<String> parents) {}

    private enum Lookup {
        FOUND,
        MISSING,
        /** An ancestor is missing, which may have it. */
        UNKNOWN
    }

    private BytecodeLinks() {}

    /** @param archive a zip with classes, and with jars of more classes */
    static BytecodeLinks of(Path archive) {
        BytecodeLinks links = new BytecodeLinks();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                try (InputStream content = zip.getInputStream(entry)) {
                    links.add(entry, content);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(archive + " can't be read", failure);
        }
        links.archive.keySet().forEach(links::follow);
        return links;
    }

    private void add(ZipEntry entry, InputStream content) throws IOException {
        String name = entry.getName();
        if (name.endsWith(".jar")) {
            ZipInputStream jar = new ZipInputStream(content);
            for (ZipEntry inner = jar.getNextEntry(); inner != null; inner = jar.getNextEntry()) {
                add(inner, jar);
            }
        } else if (name.endsWith(".class") && !name.startsWith("META-INF/")) {
            archive.putIfAbsent(name.substring(0, name.length() - ".class".length()), content.readAllBytes());
        }
    }

    /** The number of classes. */
    int size() {
        return archive.size();
    }

    /** Classes that are named and not there, with slashes. */
    SortedSet<String> missingClasses() {
        return Collections.unmodifiableSortedSet(missingClasses);
    }

    /** Fields and methods that are named and not there, of classes that are: {@code in/Caller: in/Owner.name(descriptor)}. */
    SortedSet<String> missingMembers() {
        return Collections.unmodifiableSortedSet(missingMembers);
    }

    private void follow(String from) {
        new ClassReader(archive.get(from)).accept(new Follower(from), WITH_CODE);
    }

    private void check(String from, String owner, String member) {
        if (owner.startsWith("[") || SIGNATURE_POLYMORPHIC.contains(owner)) {
            return;
        }
        if (declaration(owner).isEmpty()) {
            missingClasses.add(owner);
        } else if (lookUp(owner, member) == Lookup.MISSING) {
            missingMembers.add(from + ": " + owner + "." + member);
        }
    }

    private Lookup lookUp(String owner, String member) {
        Optional<Declaration> declaration = declaration(owner);
        if (declaration.isEmpty()) {
            return Lookup.UNKNOWN;
        }
        if (declaration.get().members().contains(member)) {
            return Lookup.FOUND;
        }
        Lookup result = Lookup.MISSING;
        for (String parent : declaration.get().parents()) {
            Lookup inherited = lookUp(parent, member);
            if (inherited == Lookup.FOUND) {
                return inherited;
            }
            result = inherited == Lookup.UNKNOWN ? inherited : result;
        }
        return result;
    }

    private Optional<Declaration> declaration(String name) {
        Optional<Declaration> known = declarations.get(name);
        if (known == null) {
            known = read(name).map(BytecodeLinks::declared);
            declarations.put(name, known);
        }
        return known;
    }

    private Optional<byte[]> read(String name) {
        if (archive.containsKey(name)) {
            return Optional.of(archive.get(name));
        }
        try (InputStream jdk = ClassLoader.getPlatformClassLoader().getResourceAsStream(name + ".class")) {
            return jdk == null ? Optional.empty() : Optional.of(jdk.readAllBytes());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Declaration declared(byte[] bytes) {
        ClassReader reader = new ClassReader(bytes);
        Set<String> members = new HashSet<>();
        reader.accept(new Members(members), WITHOUT_CODE);
        Set<String> parents = new HashSet<>(Set.of(reader.getInterfaces()));
        Stream.ofNullable(reader.getSuperName()).forEach(parents::add);
        return new Declaration(members, parents);
    }

    private static String field(String name, String descriptor) {
        return name + ":" + descriptor;
    }

    /** Collects what a class declares. */
    private static final class Members extends ClassVisitor {

        private final Set<String> members;

        Members(Set<String> members) {
            super(Opcodes.ASM9);
            this.members = members;
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            members.add(name + descriptor);
            return null;
        }

        @Override
        public @Nullable FieldVisitor visitField(
                int access, String name, String descriptor, String signature, Object value) {
            members.add(field(name, descriptor));
            return null;
        }
    }

    /** Looks up what the code of a class names. */
    private final class Follower extends ClassVisitor {

        private final String from;

        Follower(String from) {
            super(Opcodes.ASM9);
            this.from = from;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitMethodInsn(int opcode, String owner, String method, String type, boolean isInterface) {
                    check(from, owner, method + type);
                }

                @Override
                public void visitFieldInsn(int opcode, String owner, String name, String type) {
                    check(from, owner, field(name, type));
                }
            };
        }
    }
}
