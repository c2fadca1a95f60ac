using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Model.Settings;

/// <summary>Fields of a file set.</summary>
public static class FileSetFields
{
    /// <summary>All, in their order.</summary>
    public static IReadOnlyList<FieldSpec> All { get; } =
    [
        new(nameof(FileSetDefinition.Name), FieldKind.Text),
        new(nameof(FileSetDefinition.Path), FieldKind.Text),
        new(nameof(FileSetDefinition.Include), FieldKind.Lines),
        new(nameof(FileSetDefinition.Exclude), FieldKind.Lines),
        new(nameof(FileSetDefinition.Automatic), FieldKind.Flag),
        new(nameof(FileSetDefinition.CompareInterval), FieldKind.Number),
        new(nameof(FileSetDefinition.Compress), FieldKind.Flag),
        new(nameof(FileSetDefinition.BytesPerSecond), FieldKind.Whole),
        new(nameof(FileSetDefinition.KeepDays), FieldKind.Whole),
        new(nameof(FileSetDefinition.CommandBefore), FieldKind.Lines),
        new(nameof(FileSetDefinition.CommandAfter), FieldKind.Lines),
        new(nameof(FileSetDefinition.CommandTimeout), FieldKind.Number),
    ];
}

/// <summary>Fields of a certificate that both servers must have.</summary>
public static class CertificateFields
{
    /// <summary>All, in their order.</summary>
    public static IReadOnlyList<FieldSpec> All { get; } =
    [
        new(nameof(CertificateDefinition.Name), FieldKind.Text),
        new(nameof(CertificateDefinition.CertificateFile), FieldKind.Text),
        new(nameof(CertificateDefinition.KeyFile), FieldKind.Text),
        new(nameof(CertificateDefinition.ChainFile), FieldKind.Text),
        new(nameof(CertificateDefinition.PasswordFile), FieldKind.Text),
        new(nameof(CertificateDefinition.WarnDays), FieldKind.Whole),
        new(nameof(CertificateDefinition.CheckInterval), FieldKind.Number),
    ];
}
